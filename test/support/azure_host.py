# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The host's side of Azure's worker protocol, as far as loading and calling functions needs it. The worker's side is
Microsoft's own library: azure-functions-runtime for apps (v2), azure-functions-runtime-v1 for folders with function.json.

usage: azure_host.py ROOT FUNCTION BODY     gives the body to the function, by HTTP or from its queue; prints {"functions",
                                            "answer" or "error"}
"""
import asyncio
import importlib
import json
import pathlib
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
DIRECTIONS = {"in": 0, "out": 1, "inout": 2}


class Message:
    """Stands for any message of the protocol: what it was made with."""

    def __init__(self, **fields):
        vars(self).update(fields)

    def WhichOneof(self, group):
        return next(iter(vars(self)), None) if group == "data" else "data"


class Messages:
    """Stands for the module of the protocol's messages: the worker asks for them by name."""

    def __getattr__(self, name):
        setattr(self, name, type(name, (Message,), {}))
        return vars(self)[name]


messages = Messages()
for place, value in (("in_", 0), ("out", 1), ("inout", 2), ("undefined", 0)):
    setattr(messages.BindingInfo, place, value)
messages.StatusResult.Failure, messages.StatusResult.Success = 0, 1


class Worker:
    """Microsoft's, with the package's folders before and after its own as Azure has them."""

    def __init__(self):
        self.is_app = (ROOT / "function_app.py").exists()
        sys.path.insert(0, str(ROOT / ".python_packages/lib/site-packages"))
        sys.path.append(str(ROOT))
        self.library = importlib.import_module("azure_functions_runtime" if self.is_app else "azure_functions_runtime_v1")
        self.library.start_threadpool_executor()

    async def ask(self, request, **fields):
        said = Message(request=Message(**{request: Message(**fields)}), properties={"host": "127.0.0.1", "protos": messages})
        answer = await getattr(self.library, request)(said)
        if answer.result.status != messages.StatusResult.Success:
            raise RuntimeError(answer.result.exception.message)
        return answer

    async def load(self):
        """What each function goes by, by its name."""
        await self.ask("worker_init_request", capabilities={}, function_app_directory=str(ROOT))
        if self.is_app:
            told = (await self.ask("functions_metadata_request")).function_metadata_results or []
            for one in told:
                await self.ask("function_load_request", function_id=one.function_id, metadata=one)
            return {one.name: (one.function_id, [json.loads(text) for text in one.raw_bindings]) for one in told}
        return {path.parent.name: await self.load_folder(path) for path in sorted(ROOT.glob("*/function.json"))}

    async def load_folder(self, path):
        """The host finds the script; the worker takes it from there."""
        told = json.loads(path.read_text())
        script = (path.parent / told.get("scriptFile", "__init__.py")).resolve(strict=True)
        bindings = {one["name"]: messages.BindingInfo(type=one["type"], data_type=0, direction=DIRECTIONS[one["direction"]]) for one in told["bindings"]}
        await self.ask("function_load_request", function_id=path.parent.name, metadata=messages.RpcFunctionMetadata(
            name=path.parent.name, directory=str(path.parent), script_file=str(script), entry_point=told.get("entryPoint", ""), bindings=bindings))
        return path.parent.name, told["bindings"]

    async def give(self, function, body):
        identity, bindings = function
        name, kind = next((one["name"], one["type"].lower()) for one in bindings if one["type"].lower() in ("httptrigger", "queuetrigger"))
        data = messages.TypedData(string=body.decode()) if kind == "queuetrigger" else messages.TypedData(http=messages.RpcHttp(
            method="POST", url="http://127.0.0.1/api/it", headers={}, params={}, query={}, body=messages.TypedData(bytes=body)))
        answer = await self.ask("invocation_request", invocation_id="1", function_id=identity, trigger_metadata={},
                                input_data=[Message(name=name, data=data)],
                                trace_context=Message(trace_parent="", trace_state="", attributes={}),
                                retry_context=Message(retry_count=0, max_retry_count=0, exception=None))
        outputs = getattr(answer, "output_data", None)
        given = vars(outputs[0].data if outputs else answer.return_value)
        if "http" in given:
            given = vars(given["http"].body)
        text = next(iter(given.values()))
        return text.decode() if isinstance(text, bytes) else text


async def main():
    worker = Worker()
    functions = await worker.load()
    told = {"functions": sorted(functions)}
    try:
        told["answer"] = await worker.give(functions[sys.argv[2]], sys.argv[3].encode())
    except RuntimeError as error:
        told["error"] = str(error)
    print(json.dumps(told))


asyncio.run(main())
