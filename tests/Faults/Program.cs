using OrleansAsync.Faults;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;

// A client to be killed, or stopped and continued: starts gated tasks, and says what became of their handles.
//   OrleansAsync.Faults CLUSTER DATA JOURNAL GATE TASKS [leave-children]
await using var session = await ClusterSession.OpenAsync(new SessionOptions { Target = ClusterTarget.TryParse(args[0])!, DataFolder = args[1] }, CancellationToken.None);
// … hold PORT STOP: uses the resource of a test under a permit.
if (args[2] == "hold")
{
    await Task.WhenAll(Enumerable.Range(0, 3).Select(index => new Hold(int.Parse(args[3], null), args[4], Works: index == 0).RunAsync(session.Loop)));
    return;
}
var numbers = Enumerable.Range(0, int.Parse(args[4], null));
ClusterTask<long>[] tasks = [.. numbers.Select(number => session.Loop.CreateTask(new Work(number) { Journal = args[2], Gate = args[3], Children = 1, LeavesChildren = args is [.., "leave-children"] }))];
Console.WriteLine("created");
var outcomes = await session.Loop.GatherOutcomesAsync(tasks);
foreach (var group in outcomes.GroupBy(outcome => outcome.IsSuccess ? "result" : outcome.Exception.GetType().Name))
    Console.WriteLine($"outcome {group.Key} {group.Count()}");
Console.WriteLine($"after {await session.Loop.CreateTask(new Work(42))}");
