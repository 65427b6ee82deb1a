using CsCheck;
using OrleansAsync.Execution;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Any body, and anything that happens to it, against <see cref="CancellationModel"/>.</summary>
public sealed class CancellationModelTests
{
    private static readonly Gen<Step> Steps = Gen.Select(Gen.Enum<Awaits>(), Gen.Bool, Gen.Int[0, 7], (awaits, swallows, self) => new Step(awaits, swallows, self == 0));

    // Cancels and turns are more frequent than the rest.
    private static readonly Gen<char> Events = Gen.Int[0, 9].Select(i => "cccuredttt"[i]);

    [Fact]
    [CPython("test_tasks.py::test_cancelling")]
    [CPython("test_tasks.py::test_uncancel_basic")]
    [CPython("test_tasks.py::test_cancel_task_ignoring")]
    [CPython("test_tasks.py::test_cancel_task_catching")]
    public void A_task_is_cancelled_as_one_of_asyncio() => Gen.Select(Steps.Array[1, 5], Events.Array[0, 14]).Sample(
        (steps, events) =>
        {
            var (model, body) = (new CancellationModel(steps), new Body(steps));
            model.Run();
            body.Run();
            for (var i = 0; i < events.Length; i++) Happens(events[i], $"{i}");
            // Whatever is left is brought to its end.
            foreach (var _ in steps)
            {
                Happens('r', "");
                Happens('d', "");
                Happens('t', "");
            }
            Assert.True(model.HasEnded);
            Assert.Contains(model.Trace[^1], (string[])["cancelled", "done"]);

            void Happens(char what, string message)
            {
                switch (what)
                {
                    case 'c':
                        Assert.Equal(model.Cancel(message), body.Cancel(message));
                        break;
                    case 'u':
                        model.Uncancel();
                        body.Uncancel();
                        break;
                    case 'r' or 'e':
                        model.Complete(fails: what == 'e');
                        body.Complete(fails: what == 'e');
                        break;
                    case 'd':
                        model.Deliver();
                        body.Deliver();
                        break;
                    default:
                        model.Run();
                        body.Run();
                        break;
                }
                Assert.Equal((string.Join(", ", model.Trace), model.Cancelling), (string.Join(", ", body.Trace), body.Cancelling));
            }
        },
        iter: 20_000,
        print: script => $"{string.Join(' ', script.Item1.Select(step => step.ToString()))} | {new string(script.Item2)}");

    /// <summary>The same body on the real thing, and what happens to it.</summary>
    private sealed class Body
    {
        private readonly ClusterLoop _loop = new(null!, "c1", 1, 0);
        private readonly Turns _turns = new();
        private readonly Queue<TaskCompletionSource<bool>> _requests = [];
        private TaskCompletionSource<int> _awaited = new();

        public Body(IReadOnlyList<Step> steps) => _turns.Do(() => _ = RunAsync(steps));

        public List<string> Trace { get; } = [];
        public int Cancelling => _loop.Cancelling;

        public void Run() => _turns.RunAll();

        public bool Cancel(string message)
        {
            var requested = false;
            _turns.Do(() => requested = _loop.Cancel(message));
            return requested;
        }

        public void Uncancel() => _turns.Do(() => _loop.Uncancel());

        public void Complete(bool fails) => _turns.Do(() =>
        {
            if (fails) _awaited.TrySetException(new InvalidOperationException());
            else _awaited.TrySetResult(1);
        });

        public void Deliver() => _turns.Do(() =>
        {
            while (_requests.TryDequeue(out var request)) request.SetResult(_awaited.TrySetException(new ClusterTaskCanceledException(request.Task.AsyncState as string)));
        });

        private async Task RunAsync(IReadOnlyList<Step> steps)
        {
            foreach (var step in steps)
            {
                if (step.CancelsItself) _loop.Cancel("itself");
                try
                {
                    await AwaitAsync(step.Awaits);
                    Trace.Add("result");
                }
                catch (ClusterTaskCanceledException e)
                {
                    Trace.Add($"cancel {e.CancelMessage}");
                    if (step.Swallows) continue;
                    _loop.End();
                    Trace.Add("cancelled");
                    return;
                }
                catch (InvalidOperationException)
                {
                    Trace.Add("error");
                }
            }
            var isCancelled = _loop.HasUnseenCancel(out _);
            _loop.End();
            Trace.Add(isCancelled ? "cancelled" : "done");
        }

        private Task<int> AwaitAsync(Awaits awaits)
        {
            _requests.Clear();
            var awaited = _awaited = new TaskCompletionSource<int>(awaits == Awaits.Sleep ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
            return awaits switch
            {
                Awaits.Sleep => _loop.WaitAsync(awaited.Task, message => Task.FromResult(awaited.TrySetException(new ClusterTaskCanceledException(message)))),
                Awaits.Task => _loop.WaitAsync(awaited.Task, Request),
                Awaits.Operation => _loop.WaitAsync(token =>
                {
                    token.Register(() => awaited.TrySetCanceled(token));
                    return awaited.Task;
                }),
                _ => _loop.WaitAsync(_ => awaited.Task),
            };

            Task<bool> Request(string? message)
            {
                if (awaited.Task.IsCompleted) return Task.FromResult(false);
                var request = new TaskCompletionSource<bool>(message, TaskCreationOptions.RunContinuationsAsynchronously);
                _requests.Enqueue(request);
                return request.Task;
            }
        }
    }
}
