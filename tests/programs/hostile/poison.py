# Text in AWS's answers that an attacker wrote, on which a careless reader takes minutes.

# %% log-tokens | hang | a log line of tokens without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/tokens")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-dots | hang | a log line of dots without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/dots")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-dashes | hang | a log line of dashes without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/dashes")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-blanks | hang | a log line of blanks without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/blanks")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-begins | hang | a log line of begins without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/begins")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-quotes | hang | a log line of quotes without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/quotes")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-cookies | hang | a log line of cookies without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/cookies")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-urls | hang | a log line of urls without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/urls")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-json | hang | a log line of json without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/json")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-brackets | hang | a log line of brackets without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/brackets")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-escapes | hang | a log line of escapes without end
import boto3
r = boto3.client("logs").filter_log_events(logGroupName="/poison/escapes")
print(len(r["events"]), sum(len(e["message"]) for e in r["events"]))

# %% log-all-at-once | hang | all of them from many threads
import boto3
from concurrent.futures import ThreadPoolExecutor
logs = boto3.client("logs")
groups = [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePrefix="/poison")["logGroups"]]
with ThreadPoolExecutor(10) as pool:
    print(list(pool.map(lambda g: len(logs.filter_log_events(logGroupName=g)["events"]), groups)))

# %% log-then-gone | hang | asks for all of them and is gone
import boto3, threading, os, time
logs = boto3.client("logs")
groups = [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePrefix="/poison")["logGroups"]]
for g in groups:
    threading.Thread(target=logs.filter_log_events, kwargs={"logGroupName": g}, daemon=True).start()
time.sleep(0.3)
print("gone")
os._exit(0)

# %% error-text | hang | the same in a parameter that an error echoes
import boto3
for text in ("eyJ" + "-eyJaaaaaaaa" * 60_000, "key " + "a." * 300_000):
    try:
        boto3.client("logs").filter_log_events(logGroupName=text)
    except Exception as e:
        print(type(e).__name__, len(str(e)))
    try:
        boto3.client("iam").get_role(RoleName=text)
    except Exception as e:
        print(type(e).__name__, len(str(e)))
