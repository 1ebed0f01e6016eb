# Other threads, and asyncio. See ../parts.py.
#: thread leaves rare
def NAME():
    t = threading.Thread(target=NEXT)
    HISTORY
    t.start()
    t.join()
#: crowd leaves rare
# Several are in the phase at once, and swap the GIL all the time.
def NAME():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    HISTORY
    ts = [threading.Thread(target=NEXT) for _ in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
    sys.setswitchinterval(before)
#: busy rare
# Another thread takes the GIL away all the time, and calls and returns meanwhile.
def NAME():
    before, over = sys.getswitchinterval(), []
    def other_N():
        while not over: small(9)
    sys.setswitchinterval(1e-4)
    t = threading.Thread(target=other_N)
    t.start()
    HISTORY
    try: NEXT()
    finally:
        over.append(1)
        t.join()
        sys.setswitchinterval(before)
#: pool leaves rare
def NAME():
    import concurrent.futures
    HISTORY
    with concurrent.futures.ThreadPoolExecutor(1) as pool: pool.submit(NEXT).result()
#: pthread leaves rare
def NAME():
    HISTORY
    pthread(NEXT)
#: timerthread leaves rare
def NAME():
    t = threading.Timer(0.0001, NEXT)
    HISTORY
    t.start()
    t.join()
#: task once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    HISTORY
    NEXT()
#: tasks once=asyncio
def NAME(): run_async(a_N())
async def a_N(): await asyncio.gather(b_N(False), b_N(True), b_N(False))
async def b_N(stays):
    await asyncio.sleep(0)
    if stays:
        HISTORY
        NEXT()
#: callsoon once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    asyncio.get_running_loop().call_soon(NEXT)
    HISTORY
    await asyncio.sleep(0)
#: calllater once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    def later_N():
        try: NEXT()
        finally: future.set_result(1)
    loop.call_later(0.0005, later_N)
    HISTORY
    await future
#: donecallback once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    task = asyncio.ensure_future(asyncio.sleep(0))
    task.add_done_callback(lambda f: NEXT())
    HISTORY
    await task
    await asyncio.sleep(0)
#: cancelled once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    task = asyncio.ensure_future(b_N())
    await asyncio.sleep(0)
    HISTORY
    task.cancel()
    await asyncio.sleep(0)
async def b_N():
    try: await asyncio.sleep(100)
    except asyncio.CancelledError: NEXT()
#: asyncgen once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    async for x in g_N(): pass
async def g_N():
    yield 1
    await asyncio.sleep(0)
    HISTORY
    NEXT()
#: asyncchain once=asyncio
def NAME(): run_async(a_N(8))
async def a_N(k):
    if k: return await a_N(k - 1)
    await asyncio.sleep(0)
    HISTORY
    NEXT()
#: executor once=asyncio leaves rare
def NAME(): run_async(a_N())
async def a_N():
    HISTORY
    await asyncio.get_running_loop().run_in_executor(None, NEXT)
#: asyncqueue once=asyncio
def NAME(): run_async(a_N())
async def a_N():
    q = asyncio.Queue()
    task = asyncio.ensure_future(b_N(q))
    await asyncio.sleep(0)
    HISTORY
    q.put_nowait(1)
    await task
async def b_N(q):
    await q.get()
    NEXT()
#: timeout once=asyncio
def NAME(): run_async(asyncio.wait_for(a_N(), 100))
async def a_N():
    HISTORY
    NEXT()
