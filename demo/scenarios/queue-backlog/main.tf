# Parcels wait in a queue for a function that books a carrier. The fault: the function lost a setting that it needs.

resource "aws_sqs_queue" "parcels" {
  name                       = "demo-parcels"
  visibility_timeout_seconds = 15
  sqs_managed_sse_enabled    = true
}

module "function" {
  source = "../../modules/function"

  name        = "demo-shipping"
  package     = "shipping"
  handler     = "shipping.handler"
  timeout     = 5
  environment = merge({ DEPOT = "north" }, var.fault ? {} : { CARRIER = "swift" })

  statements = [{
    Effect   = "Allow"
    Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    Resource = aws_sqs_queue.parcels.arn
  }]
}

resource "aws_lambda_event_source_mapping" "parcels" {
  event_source_arn = aws_sqs_queue.parcels.arn
  function_name    = module.function.arn
  batch_size       = 5
}

# What waits and what is being tried in vain, together: a failing consumer hides messages while it holds them.
resource "aws_cloudwatch_metric_alarm" "backlog" {
  alarm_name          = "demo-parcels-backlog"
  alarm_description   = "Parcels are not booked."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions

  metric_query {
    id          = "backlog"
    expression  = "visible + held"
    label       = "Parcels not booked"
    return_data = true
  }

  metric_query {
    id = "visible"

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = aws_sqs_queue.parcels.name }
      stat        = "Maximum"
      period      = 60
    }
  }

  metric_query {
    id = "held"

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesNotVisible"
      dimensions  = { QueueName = aws_sqs_queue.parcels.name }
      stat        = "Maximum"
      period      = 60
    }
  }
}

# EventBridge writes to the queue what the other scenarios' schedules send to their functions.
resource "aws_cloudwatch_event_rule" "schedule" {
  count = var.schedule == null ? 0 : 1

  name                = "demo-parcels-schedule"
  schedule_expression = var.schedule
}

resource "aws_cloudwatch_event_target" "schedule" {
  count = var.schedule == null ? 0 : 5

  rule      = aws_cloudwatch_event_rule.schedule[0].name
  target_id = "parcel-${count.index}"
  arn       = aws_sqs_queue.parcels.arn
  input     = jsonencode({ parcel = "p-${count.index}", weight_kg = 2 })
}

resource "aws_sqs_queue_policy" "schedule" {
  count = var.schedule == null ? 0 : 1

  queue_url = aws_sqs_queue.parcels.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.parcels.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.schedule[0].arn } }
    }]
  })
}
