"""An SMTP server that takes everything and keeps only a count: `python -m benchmarks._sink`.

Prints its port. At the end of its standard input it prints how many mails came, and how many
Message-IDs came more than once. No library: it must cost less than what is measured.
"""

import asyncio
import hashlib
import json
import re
import sys

MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
END = b"\r\n.\r\n"


class Counter:
    def __init__(self) -> None:
        self.mails, self.again = 0, 0
        self.seen: set[bytes] = set()

    def take(self, mail: bytes) -> None:
        found = MESSAGE_ID.search(mail)
        key = hashlib.blake2b(found.group(1) if found else mail, digest_size=8).digest()
        self.mails += 1
        self.again += key in self.seen
        self.seen.add(key)


async def serve(
    counter: Counter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            counter.take(await reader.readuntil(END))
            writer.write(b"250 taken\r\n")
        elif verb == b"EHLO":
            writer.write(b"250-sink\r\n250 8BITMIME\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            writer.write(b"250 OK\r\n")
    writer.close()


async def main() -> None:
    counter = Counter()
    server = await asyncio.start_server(
        lambda reader, writer: serve(counter, reader, writer), "127.0.0.1", 0, limit=2**22
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps({"mails": counter.mails, "again": counter.again}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
