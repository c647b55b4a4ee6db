# A network with no way out: the tool function, where a model's code runs, reaches AWS's APIs and nothing else.

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "triage" {
  cidr_block           = "10.42.0.0/24"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id            = aws_vpc.triage.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.triage.cidr_block, 2, count.index)
}

resource "aws_security_group" "tool" {
  name        = "alarm-triage-tool"
  description = "The tool function: HTTPS to the VPC endpoints, nothing in."
  vpc_id      = aws_vpc.triage.id

  egress {
    description = "AWS APIs through the endpoints of this VPC"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.triage.cidr_block]
  }
}

resource "aws_security_group" "endpoints" {
  name        = "alarm-triage-endpoints"
  description = "The VPC endpoints: HTTPS from the tool function."
  vpc_id      = aws_vpc.triage.id

  ingress {
    description     = "The tool function"
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    security_groups = [aws_security_group.tool.id]
  }
}

# One for each service that investigations read most; what has none is named in the report as a gap.
resource "aws_vpc_endpoint" "interface" {
  for_each = toset(["monitoring", "logs", "cloudtrail", "lambda", "sqs", "sns", "sts", "tagging", "xray", "ecs", "rds"])

  vpc_id              = aws_vpc.triage.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints.id]
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id            = aws_vpc.triage.id
  service_name      = "com.amazonaws.${var.region}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_vpc.triage.default_route_table_id]
}
