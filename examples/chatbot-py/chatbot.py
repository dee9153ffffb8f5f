"""A chatbot behind goim, in Python. Clients call it with operation 2001; it answers the call, and
says something in the room that the client is in. Start as many as you like: calls are divided over
them. See README.md beside this file."""

import asyncio
import json
import os
import signal
import time
import urllib.error
import urllib.request
from urllib.parse import unquote

import nats

NATS_URL = os.environ.get("NATS_URL", "nats://127.0.0.1:4222")
PUSH_API = os.environ.get("GOIM_API", "http://127.0.0.1:3111")
API_KEY = os.environ.get("GOIM_API_KEY", "")
SUBJECT = os.environ.get("BOT_SUBJECT", "goim.up.2001")
BOT_OP = 1000
# Calls answered at once; those beyond wait.
IN_WORK_MAX = 16


class Refusal(Exception):
    """Goes back to the client as an error packet with this code."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def question_of(message):
    try:
        question = json.loads(message.data)
        room, text = question["room"], question["text"]
    except (ValueError, KeyError, TypeError):
        raise Refusal("invalid", 'a call is like {"room":"live://1","text":"hi"}') from None
    # goim says which rooms the client is in; what the client says is not believed. It writes
    # header values as URLs do: %0A for a line break.
    rooms = [unquote(part) for part in message.headers.get("Goim-Rooms", "").split(",")]
    if room not in rooms:
        raise Refusal("forbidden", "you are not in that room")
    return room, text


def say_in_room(room, line, push_id):
    """Stored once however often it is sent: the id is made of the call."""
    kind, _, name = room.partition("://")
    body = json.dumps({"type": kind, "room": name, "op": BOT_OP, "body": line}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": push_id}
    if API_KEY:
        headers["Authorization"] = f"Bearer {API_KEY}"
    request = urllib.request.Request(f"{PUSH_API}/api/v1/push/room", body, headers)
    try:
        urllib.request.urlopen(request, timeout=3).close()
    except urllib.error.URLError as error:
        raise Refusal("unavailable", f"the push failed: {error}") from error


async def take(connection, message):
    # Too late: the client has its timeout already, and nobody wants the line any more.
    if time.time() * 1000 > int(message.headers["Goim-Deadline"]):
        return
    try:
        room, text = question_of(message)
        line = f"You said: {text}"
        push_id = f"bot-{unquote(message.headers['Goim-Conn'])}-{message.headers['Goim-Seq']}"
        await asyncio.to_thread(say_in_room, room, line, push_id)
        said = {"said": line, "to": message.headers["Goim-Mid"]}
        await message.respond(json.dumps(said).encode())
    except Refusal as refusal:
        headers = {"Goim-Error-Code": refusal.code, "Nats-Service-Error": str(refusal)}
        await connection.publish(message.reply, b"", headers=headers)


async def main():
    connection = await nats.connect(NATS_URL, name="chatbot-py")
    places = asyncio.Semaphore(IN_WORK_MAX)
    tasks = set()

    async def work(message):
        async with places:
            await take(connection, message)

    async def on_message(message):
        task = asyncio.create_task(work(message))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    # The queue group: each call goes to one of all the bots.
    await connection.subscribe(SUBJECT, queue="chatbot", cb=on_message)
    await connection.flush()
    print(f"chatbot: listening on {SUBJECT}", flush=True)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await stop.wait()
    await asyncio.gather(*tasks, return_exceptions=True)
    await connection.drain()


asyncio.run(main())
