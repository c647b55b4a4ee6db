# The way models write AWS investigations.

# %% alarms-list
import boto3
cw = boto3.client("cloudwatch")
for alarm in cw.describe_alarms()["MetricAlarms"]:
    print(f"{alarm['AlarmName']:<20} {alarm['StateValue']:<20} {alarm['MetricName']}")

# %% alarm-by-name
import boto3, json
cw = boto3.client('cloudwatch', region_name='us-east-1')
resp = cw.describe_alarms(AlarmNames=['orders-errors'])
a = resp['MetricAlarms'][0]
print(json.dumps({k: a[k] for k in ('AlarmName', 'Namespace', 'MetricName', 'Dimensions', 'Period', 'Threshold')}, indent=2, default=str))

# %% alarms-state-filter
import boto3
cw = boto3.client("cloudwatch")
firing = cw.describe_alarms(StateValue="ALARM")["MetricAlarms"]
result = [a["AlarmName"] for a in firing]

# %% alarms-paginator
import boto3
paginator = boto3.client("cloudwatch").get_paginator("describe_alarms")
names = []
for page in paginator.paginate(PaginationConfig={"PageSize": 2}):
    names.extend(a["AlarmName"] for a in page.get("MetricAlarms", []))
print(len(names), sorted(names))

# %% alarms-paginator-search
import boto3
paginator = boto3.client("cloudwatch").get_paginator("describe_alarms")
for name in paginator.paginate().search("MetricAlarms[?StateValue=='ALARM'].AlarmName"):
    print(name)

# %% alarms-build-full-result
import boto3
full = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate().build_full_result()
print(sorted(full), len(full["MetricAlarms"]))

# %% metrics-statistics
import boto3
from datetime import datetime, timedelta, timezone
cw = boto3.client("cloudwatch")
end = datetime.now(timezone.utc)
start = end - timedelta(hours=3)
data = cw.get_metric_statistics(Namespace="Shop", MetricName="Latency", Dimensions=[{"Name": "Service", "Value": "web"}],
    StartTime=start, EndTime=end, Period=3600 * 24, Statistics=["Maximum", "SampleCount"])
print(data["Label"], [sorted(p) for p in data["Datapoints"]][:1])

# %% metrics-data
import boto3
import datetime
cw = boto3.client("cloudwatch")
now = datetime.datetime.utcnow()
r = cw.get_metric_data(
    MetricDataQueries=[{"Id": "m1", "MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": "Latency"}, "Period": 300, "Stat": "Maximum"}}],
    StartTime=now - datetime.timedelta(hours=2), EndTime=now)
print([x["Id"] for x in r["MetricDataResults"]], len(r["MetricDataResults"][0]["Values"]) > 0)

# %% metrics-list
import boto3
from collections import defaultdict
by_namespace = defaultdict(set)
for page in boto3.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace="Shop"):
    for m in page["Metrics"]:
        by_namespace[m["Namespace"]].add(m["MetricName"])
print({k: sorted(v) for k, v in by_namespace.items()})

# %% logs-groups
import boto3
logs = boto3.client("logs")
groups = logs.describe_log_groups()["logGroups"]
for g in sorted(groups, key=lambda g: g["logGroupName"]):
    print(g["logGroupName"], g.get("retentionInDays", "never expires"))

# %% logs-filter
import boto3
logs = boto3.client("logs")
r = logs.filter_log_events(logGroupName="/aws/lambda/orders", filterPattern="ERROR", limit=20)
for e in r["events"]:
    print(e["message"].strip())

# %% logs-filter-paginated
import boto3, re
from collections import Counter
codes = Counter()
p = boto3.client("logs").get_paginator("filter_log_events")
for page in p.paginate(logGroupName="/aws/lambda/orders", PaginationConfig={"MaxItems": 200}):
    for event in page["events"]:
        m = re.search(r"(\w+Exception)", event["message"])
        if m:
            codes[m.group(1)] += 1
print(codes.most_common())

# %% logs-events
import boto3
logs = boto3.client("logs")
streams = logs.describe_log_streams(logGroupName="/aws/lambda/orders", orderBy="LastEventTime", descending=True)["logStreams"]
events = logs.get_log_events(logGroupName="/aws/lambda/orders", logStreamName=streams[0]["logStreamName"], startFromHead=True)["events"]
print(len(events), events[0]["message"], events[-1]["message"])

# %% logs-json-lines
import boto3, json
logs = boto3.client("logs")
slow = []
for e in logs.filter_log_events(logGroupName="/ecs/web")["events"]:
    try:
        record = json.loads(e["message"])
    except json.JSONDecodeError:
        continue
    slow.append(record["ms"])
print(slow, sum(slow) / len(slow))

# %% logs-insights-shape
import boto3, time
logs = boto3.client("logs")
q = logs.start_query(logGroupName="/aws/lambda/orders", startTime=int(time.time()) - 3600, endTime=int(time.time()),
                     queryString="fields @timestamp, @message | filter @message like /ERROR/ | limit 20")
for _ in range(5):
    res = logs.get_query_results(queryId=q["queryId"])
    if res["status"] in ("Complete", "Failed"):
        break
    time.sleep(0.1)
print(res["status"], isinstance(res["results"], list))

# %% logs-missing-group
import boto3
logs = boto3.client("logs")
try:
    logs.describe_log_streams(logGroupName="/aws/lambda/nothing")
except logs.exceptions.ResourceNotFoundException as e:
    print("no such group:", e.response["Error"]["Code"])

# %% lambda-config
import boto3
lam = boto3.client("lambda")
c = lam.get_function_configuration(FunctionName="orders")
print(c["FunctionName"], c["Runtime"], c["Timeout"], c["MemorySize"], sorted(c["Environment"]["Variables"]))

# %% lambda-list
import boto3
for page in boto3.client("lambda").get_paginator("list_functions").paginate():
    for f in sorted(page["Functions"], key=lambda f: f["FunctionName"]):
        print(f["FunctionName"], f["Role"].split("/")[-1], f["Handler"])

# %% lambda-not-found
import boto3
from botocore.exceptions import ClientError
try:
    boto3.client("lambda").get_function_configuration(FunctionName="missing")
except ClientError as e:
    print(e.response["Error"]["Code"], "|", e.operation_name, e.response["ResponseMetadata"]["HTTPStatusCode"])

# %% client-exceptions
import boto3
lam = boto3.client("lambda")
try:
    lam.get_function_configuration(FunctionName="missing")
except lam.exceptions.ResourceNotFoundException as error:
    print(type(error).__name__, isinstance(error, lam.exceptions.ClientError))

# %% client-exceptions-order
import boto3
iam = boto3.client("iam")
try:
    iam.get_role(RoleName="nobody")
except iam.exceptions.NoSuchEntityException:
    print("no role")
except iam.exceptions.ServiceFailureException:
    print("service")
finally:
    print("looked")

# %% param-validation
import boto3
from botocore.exceptions import ParamValidationError
try:
    boto3.client("cloudwatch").describe_alarms(AlarmNames="orders-errors")
except ParamValidationError as e:
    print(str(e))

# %% param-validation-unknown
import boto3, botocore
try:
    boto3.client("logs").filter_log_events(logGroup="x")
except botocore.exceptions.ParamValidationError as e:
    print(type(e).__name__, "Missing required parameter" in str(e), "Unknown parameter" in str(e))

# %% unknown-service
import boto3, botocore.exceptions
try:
    boto3.client("cloudwach")
except botocore.exceptions.UnknownServiceError as e:
    print(str(e)[:40])

# %% unknown-operation
import boto3
try:
    boto3.client("cloudwatch").list_alarms()
except AttributeError as e:
    print(e)

# %% uncaught-client-error
import boto3
boto3.client("iam").get_role(RoleName="nobody")

# %% iam-role-policies
import boto3, json
iam = boto3.client("iam")
role = iam.get_role(RoleName="orders-role")["Role"]
print(role["RoleName"], role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"])
for name in iam.list_role_policies(RoleName="orders-role")["PolicyNames"]:
    doc = iam.get_role_policy(RoleName="orders-role", PolicyName=name)["PolicyDocument"]
    print(name, json.dumps(doc, sort_keys=True))
print(iam.list_attached_role_policies(RoleName="orders-role")["AttachedPolicies"])

# %% iam-allows
import boto3
iam = boto3.client("iam")
def allowed(role, action):
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        for s in iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]:
            actions = s["Action"] if isinstance(s["Action"], list) else [s["Action"]]
            if s["Effect"] == "Allow" and any(a == action or (a.endswith("*") and action.startswith(a[:-1])) for a in actions):
                return True
    return False
for action in ("logs:PutLogEvents", "dynamodb:PutItem"):
    print(action, allowed("orders-role", action))

# %% sts-identity
import boto3
me = boto3.client("sts").get_caller_identity()
print("account", me["Account"])

# %% ec2-instances
import boto3
ec2 = boto3.client("ec2")
for r in ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])["Reservations"]:
    for i in r["Instances"]:
        tags = {t["Key"]: t["Value"] for t in i.get("Tags", [])}
        print(i["InstanceType"], i["State"]["Name"], tags)

# %% ec2-resource
import boto3
ec2 = boto3.resource("ec2")
instances = list(ec2.instances.filter(Filters=[{"Name": "tag:Name", "Values": ["web"]}]))
print(len(instances), {i.instance_type for i in instances}, instances[0].state["Name"])

# %% ec2-waiter
import boto3
ec2 = boto3.client("ec2")
ids = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
print("all", len(ids), "running")

# %% ec2-waiter-error
import boto3
from botocore.exceptions import WaiterError
ec2 = boto3.client("ec2")
ids = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
try:
    ec2.get_waiter("instance_stopped").wait(InstanceIds=ids, WaiterConfig={"Delay": 0, "MaxAttempts": 1})
except WaiterError as e:
    print(e)

# %% ec2-vpc
import boto3
ec2 = boto3.client("ec2")
vpcs = ec2.describe_vpcs()["Vpcs"]
print([(v["CidrBlock"], v["IsDefault"]) for v in vpcs])
print(len(ec2.describe_subnets()["Subnets"]), len(ec2.describe_security_groups()["SecurityGroups"]) > 0)

# %% s3-list
import boto3
s3 = boto3.client("s3")
print([b["Name"] for b in s3.list_buckets()["Buckets"]])
objects = s3.list_objects_v2(Bucket="shop-data", Prefix="orders/", MaxKeys=5)
print([o["Key"] for o in objects["Contents"]], objects["IsTruncated"])

# %% s3-list-paginator
import boto3
total = 0
count = 0
for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="shop-data", PaginationConfig={"PageSize": 5}):
    for obj in page.get("Contents", []):
        total += obj["Size"] > 0
        count += 1
print(count, total)

# %% s3-list-delimiter
import boto3
r = boto3.client("s3").list_objects_v2(Bucket="shop-data", Delimiter="/")
print([p["Prefix"] for p in r["CommonPrefixes"]])

# %% s3-resource-list
import boto3
bucket = boto3.resource("s3").Bucket("shop-data")
print(sorted(o.key for o in bucket.objects.filter(Prefix="archive/")))

# %% s3-location
import boto3
s3 = boto3.client("s3")
print(s3.get_bucket_location(Bucket="shop-data")["LocationConstraint"])
try:
    s3.get_bucket_policy(Bucket="shop-data")
except s3.exceptions.from_code("NoSuchBucketPolicy") as e:
    print(e.response["Error"]["Code"])

# %% s3-no-such-bucket
import boto3
s3 = boto3.client("s3")
try:
    s3.list_objects_v2(Bucket="no-such-bucket-here")
except s3.exceptions.NoSuchBucket as e:
    print(e)

# %% dynamodb-describe
import boto3
t = boto3.client("dynamodb").describe_table(TableName="orders")["Table"]
print(t["TableName"], t["TableStatus"], t["KeySchema"], t["BillingModeSummary"]["BillingMode"])

# %% dynamodb-tables
import boto3
d = boto3.client("dynamodb")
for name in d.list_tables()["TableNames"]:
    print(name, d.describe_table(TableName=name)["Table"]["ItemCount"])

# %% dynamodb-resource
import boto3
table = boto3.resource("dynamodb").Table("orders")
print(table.table_status, table.item_count, table.key_schema)

# %% dynamodb-missing
import boto3
from botocore.exceptions import ClientError
d = boto3.client("dynamodb")
try:
    d.describe_table(TableName="nope")
except ClientError as err:
    if err.response["Error"]["Code"] == "ResourceNotFoundException":
        print("table is missing")
    else:
        raise

# %% sqs-attributes
import boto3
sqs = boto3.client("sqs")
for url in sqs.list_queues()["QueueUrls"]:
    a = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "VisibilityTimeout"])["Attributes"]
    print(url.rsplit("/", 1)[1], a)

# %% sns-topics
import boto3
for t in boto3.client("sns").list_topics()["Topics"]:
    print(t["TopicArn"].split(":")[-1])

# %% secrets-list
import boto3
for s in boto3.client("secretsmanager").list_secrets()["SecretList"]:
    print(s["Name"])

# %% ssm-describe
import boto3
for p in sorted(boto3.client("ssm").describe_parameters()["Parameters"], key=lambda p: p["Name"]):
    print(p["Name"], p["Type"])

# %% ecs-clusters
import boto3
ecs = boto3.client("ecs")
arns = ecs.list_clusters()["clusterArns"]
print([c["clusterName"] for c in ecs.describe_clusters(clusters=arns)["clusters"]])

# %% kinesis-streams
import boto3
k = boto3.client("kinesis")
print(k.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["OpenShardCount"])

# %% cloudtrail-lookup
import boto3
ct = boto3.client("cloudtrail")
try:
    print(ct.describe_trails()["trailList"])
except Exception as e:
    print(type(e).__name__)

# %% rds-empty
import boto3
instances = boto3.client("rds").describe_db_instances()["DBInstances"]
print("no databases" if not instances else instances)

# %% elbv2-empty
import boto3
print(boto3.client("elbv2").describe_load_balancers()["LoadBalancers"])

# %% cloudformation-empty
import boto3
cfn = boto3.client("cloudformation")
print([s["StackName"] for p in cfn.get_paginator("list_stacks").paginate() for s in p["StackSummaries"]])

# %% tagging
import boto3
r = boto3.client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "team", "Values": ["shop"]}])
print(len(r["ResourceTagMappingList"]) >= 0)

# %% session-region
import boto3
session = boto3.Session(region_name="eu-west-1")
cw = session.client("cloudwatch")
print(cw.meta.region_name, [a["AlarmName"] for a in cw.describe_alarms()["MetricAlarms"]])

# %% session-session
import boto3.session
s = boto3.session.Session()
print(s.region_name, "cloudwatch" in s.get_available_services())

# %% session-regions
import boto3
print("us-east-1" in boto3.Session().get_available_regions("lambda"))

# %% regions-loop
import boto3
for region in ("us-east-1", "eu-west-1"):
    n = len(boto3.client("cloudwatch", region_name=region).describe_alarms()["MetricAlarms"])
    print(f"{region}: {n} alarms")

# %% client-config
import boto3
from botocore.config import Config
cfg = Config(retries={"max_attempts": 3, "mode": "standard"}, read_timeout=10, connect_timeout=5)
print(len(boto3.client("logs", config=cfg).describe_log_groups()["logGroups"]))

# %% client-meta
import boto3
c = boto3.client("cloudwatch")
print(c.meta.service_model.service_name, c.meta.region_name, c.can_paginate("describe_alarms"), "describe_alarms" in dir(c))

# %% client-methods
import boto3
names = [m for m in dir(boto3.client("sqs")) if m.startswith("list_")]
print(names)

# %% default-session-helpers
import boto3
boto3.setup_default_session(region_name="us-east-1")
print(boto3.client("sts").get_caller_identity()["Account"], boto3.DEFAULT_SESSION.region_name)

# %% threads-for-regions
import boto3
from concurrent.futures import ThreadPoolExecutor
def alarms(region):
    return region, len(boto3.Session(region_name=region).client("cloudwatch").describe_alarms()["MetricAlarms"])
with ThreadPoolExecutor(max_workers=4) as pool:
    for region, n in pool.map(alarms, ["us-east-1", "eu-west-1", "us-east-2"]):
        print(region, n)

# %% threads-shared-client
import boto3
from concurrent.futures import ThreadPoolExecutor, as_completed
logs = boto3.client("logs")
groups = ["/aws/lambda/orders", "/aws/lambda/billing", "/ecs/web"]
with ThreadPoolExecutor() as ex:
    futures = {ex.submit(logs.filter_log_events, logGroupName=g, filterPattern="ERROR"): g for g in groups}
    out = {futures[f]: len(f.result()["events"]) for f in as_completed(futures)}
for g in groups:
    print(g, out[g])

# %% threading-with-lock
import boto3, threading
lock = threading.Lock()
seen = {}
def look(name):
    r = boto3.client("lambda").get_function_configuration(FunctionName=name)
    with lock:
        seen[name] = r["MemorySize"]
threads = [threading.Thread(target=look, args=(n,)) for n in ("orders", "billing")]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(seen.items()))

# %% asyncio-to-thread
import asyncio, boto3
async def count(region):
    c = boto3.client("cloudwatch", region_name=region)
    r = await asyncio.to_thread(c.describe_alarms)
    return region, len(r["MetricAlarms"])
async def main():
    print(await asyncio.gather(count("us-east-1"), count("eu-west-1")))
asyncio.run(main())

# %% asyncio-executor
import asyncio, boto3
from concurrent.futures import ThreadPoolExecutor
async def main():
    loop = asyncio.get_event_loop()
    with ThreadPoolExecutor(2) as pool:
        c = boto3.client("sqs")
        r = await loop.run_in_executor(pool, lambda: c.list_queues())
    print(len(r["QueueUrls"]))
if __name__ == "__main__":
    asyncio.run(main())

# %% safe-call-helper
import boto3, json
from botocore.exceptions import ClientError, BotoCoreError
def safe(label, fn, **kw):
    try:
        r = fn(**kw)
        r.pop("ResponseMetadata", None)
        return {"ok": True, "label": label, "keys": sorted(r)}
    except (ClientError, BotoCoreError) as e:
        return {"ok": False, "label": label, "error": str(e)}
out = [
    safe("alarms", boto3.client("cloudwatch").describe_alarms, AlarmNames=["orders-errors"]),
    safe("role", boto3.client("iam").get_role, RoleName="nobody"),
]
print(json.dumps(out, indent=1))

# %% report-table
import boto3
rows = [("ALARM", "STATE", "THRESHOLD")]
for a in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]:
    rows.append((a["AlarmName"], a["StateValue"], str(a["Threshold"])))
widths = [max(len(r[i]) for r in rows) for i in range(3)]
for r in rows:
    print("  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip())

# %% class-investigator
import boto3
from dataclasses import dataclass, field
from typing import List, Optional, Dict, Any
@dataclass
class Finding:
    resource: str
    message: str
    severity: str = "low"
    details: Dict[str, Any] = field(default_factory=dict)
class Investigator:
    def __init__(self, region: Optional[str] = None):
        self.cw = boto3.client("cloudwatch", region_name=region)
        self.findings: List[Finding] = []
    def run(self) -> "Investigator":
        for a in self.cw.describe_alarms()["MetricAlarms"]:
            if a["StateValue"] == "ALARM":
                self.findings.append(Finding(a["AlarmName"], a["StateReason"], "high"))
        return self
for f in Investigator("us-east-1").run().findings:
    print(f)

# %% last-expression-response
import boto3
boto3.client("sqs").list_queues()["QueueUrls"][0].split("/")[-1]

# %% result-variable-dict
import boto3
groups = boto3.client("logs").describe_log_groups()["logGroups"]
result = {"count": len(groups), "names": sorted(g["logGroupName"] for g in groups)}

# %% response-metadata
import boto3
r = boto3.client("logs").describe_log_groups(limit=1)
print(r["ResponseMetadata"]["HTTPStatusCode"], r["ResponseMetadata"]["RetryAttempts"])

# %% datetime-types
import boto3
from datetime import datetime
a = boto3.client("cloudwatch").describe_alarms(AlarmNames=["orders-errors"])["MetricAlarms"][0]
t = a["StateUpdatedTimestamp"]
print(isinstance(t, datetime), t.tzinfo is not None, t.tzinfo.utcoffset(t).total_seconds(), t.strftime("%Y")[:2])

# %% bytes-types
import boto3
k = boto3.client("lambda").list_functions()["Functions"][0]
print(type(k["CodeSize"]).__name__, type(k["CodeSha256"]).__name__)

# %% json-dumps-default-str
import boto3, json
r = boto3.client("lambda").get_function_configuration(FunctionName="orders")
text = json.dumps(r, default=str)
print(json.loads(text)["FunctionName"])

# %% retries-loop
import boto3, time
from botocore.exceptions import ClientError
def with_retry(fn, attempts=3, **kwargs):
    for attempt in range(1, attempts + 1):
        try:
            return fn(**kwargs)
        except ClientError as e:
            if attempt == attempts or e.response["Error"]["Code"] not in ("Throttling", "ThrottlingException"):
                raise
            time.sleep(0.01 * 2 ** attempt)
print(len(with_retry(boto3.client("logs").describe_log_groups)["logGroups"]))

# %% manual-token-loop
import boto3
logs = boto3.client("logs")
token, pages, names = None, 0, []
while True:
    kwargs = {"limit": 1}
    if token:
        kwargs["nextToken"] = token
    page = logs.describe_log_groups(**kwargs)
    names += [g["logGroupName"] for g in page["logGroups"]]
    pages += 1
    token = page.get("nextToken")
    if not token:
        break
print(len(names), names)

# %% resource-iam
import boto3
role = boto3.resource("iam").Role("orders-role")
print(role.role_id is not None, [p.name for p in role.policies.all()])

# %% resource-sqs
import boto3
q = boto3.resource("sqs").get_queue_by_name(QueueName="orders")
print(q.url.split("/")[-1], sorted(q.attributes)[:2])

# %% resource-cloudwatch
import boto3
cw = boto3.resource("cloudwatch")
print([a.name for a in cw.alarms.filter(AlarmNamePrefix="orders")])

# %% event-hook-ordinary
import boto3
c = boto3.client("cloudwatch")
calls = []
c.meta.events.register("before-parameter-build.cloudwatch.DescribeAlarms", lambda params, **kw: calls.append(sorted(params)))
c.describe_alarms(MaxRecords=1)
print(calls)

# %% close-client
import boto3
c = boto3.client("sts")
c.close()
print("closed")

# %% nested-functions-imports
def main():
    import boto3
    from datetime import datetime as dt, timedelta as td, timezone as tz
    def window(hours):
        now = dt.now(tz.utc)
        return now - td(hours=hours), now
    start, end = window(2)
    n = boto3.client("logs").filter_log_events(logGroupName="/aws/lambda/orders", startTime=int(start.timestamp() * 1000),
                                               endTime=int(end.timestamp() * 1000) + 60000)["events"]
    print(len(n), (end - start).total_seconds())
main()

# %% pprint-response
import boto3, pprint
r = boto3.client("cloudwatch").describe_alarms(AlarmNames=["orders-errors"])["MetricAlarms"][0]
pprint.pprint({k: v for k, v in r.items() if k in ("AlarmName", "Dimensions", "Statistic", "Period")}, width=60)

# %% error-in-loop
import boto3
from botocore.exceptions import ClientError
lam = boto3.client("lambda")
for name in ("orders", "nope", "billing"):
    try:
        print(name, lam.get_function_configuration(FunctionName=name)["Timeout"])
    except ClientError as e:
        print(name, e.response["Error"]["Code"])

# %% string-in-arn
import boto3
arn = boto3.client("lambda").get_function_configuration(FunctionName="orders")["FunctionArn"]
partition, service, region, account, kind, name = arn.split(":", 1)[1].split(":")
print(partition, service, region, kind, name)

# %% datapoints-sorted
import boto3
from datetime import datetime, timedelta, timezone
cw = boto3.client("cloudwatch")
now = datetime.now(timezone.utc)
dp = cw.get_metric_statistics(Namespace="Shop", MetricName="Latency", Dimensions=[{"Name": "Service", "Value": "web"}],
                              StartTime=now - timedelta(hours=1), EndTime=now + timedelta(minutes=1), Period=86400, Statistics=["Maximum"])["Datapoints"]
for p in sorted(dp, key=lambda p: p["Timestamp"], reverse=True)[:1]:
    print(p["Maximum"], p["Unit"])

# %% get-credentials-ordinary
import boto3
s = boto3.Session()
print(s.profile_name, s.available_profiles)

# %% streaming-not-used
import boto3
r = boto3.client("lambda").list_tags(Resource=boto3.client("lambda").get_function_configuration(FunctionName="orders")["FunctionArn"])
print(r.get("Tags", {}))

# %% botocore-version
import botocore, boto3
print(boto3.__version__.split(".")[0], botocore.__version__.split(".")[0])

# %% type-serializer
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
print(TypeSerializer().serialize({"a": [1, "x", None]}))
print(TypeDeserializer().deserialize({"M": {"n": {"N": "5"}}}))

# %% conditions
from boto3.dynamodb.conditions import Key, Attr
e = Key("id").eq("1") & Attr("age").gt(3)
print(e.expression_operator, e.get_expression()["values"][0].get_expression()["operator"])
