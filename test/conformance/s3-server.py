"""A real S3 over HTTP: moto (PyPI, `moto[server,s3]` 5.x), which takes today's checksums of the AWS SDK.

Prints its port. Reads lines of JSON {"bucket", "key", "seconds"}: the object was put so much longer ago.
"""

import datetime
import json
import sys

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
for line in sys.stdin:
    wanted = json.loads(line)
    key = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[wanted["bucket"]].keys[wanted["key"]]
    key.last_modified -= datetime.timedelta(seconds=wanted["seconds"])
    print("done", flush=True)
server.stop()
