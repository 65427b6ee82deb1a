using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using System.Collections.Immutable;
using System.Text;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S34FocusedCoroutines : Scenario
{
    public override string Name => "34-focused-coroutines";

    public override string Section => "1. Keep Coroutines Focused";

    public override string Snippet => """"
        import asyncio
        # GOOD: Separated concerns
        async def fetch_user(user_id):
            """Just fetch the data"""
            await asyncio.sleep(0.1)  # Simulate API call
            return {"id": user_id, "name": f"User {user_id}"}

        async def process_users(user_ids):
            """Fetch all, then process all"""
            users = await asyncio.gather(*[fetch_user(uid) for uid in user_ids])
            return [u["name"].upper() for u in users]

        # BAD: Mixed concerns
        async def fetch_and_process(user_id):
            """Mixing I/O and CPU work"""
            user = await fetch_user(user_id)
            # Now we're doing CPU work in an async function
            processed = user["name"].upper() * 1000000  # Expensive
            return processed

        # driver added
        print(asyncio.run(process_users([1,2,3])))
        print(len(asyncio.run(fetch_and_process(1))))
        """";

    public override string Transcript => """
          0.258  ['USER 1', 'USER 2', 'USER 3']
          0.383  6000000
        # exit=0 wall=0.41s  CPython 3.11.7
        """;

    public override string Notice => """
        Fetching here, computing there. What computes for long belongs into an executor.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.1];

    public override double Duration => 0.2;

    public override async Task RunAsync(IClusterLoop loop)
    {
        await loop.PrintAsync(List(await Run(loop, new ProcessUsers([1, 2, 3]))));
        await loop.PrintAsync($"{(await Run(loop, new FetchAndProcess(1))).Length}");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.34.user")]
    internal sealed record User([property: Id(0)] int Id, [property: Id(1)] string Name);

    [GenerateSerializer, Immutable, Alias("oa.scenario.34.fetch-user")]
    internal sealed record FetchUser([property: Id(0)] int UserId) : Coroutine<User>;

    internal sealed class FetchUserBody : CoroutineBody<FetchUser, User>
    {
        protected override async Task<User> RunAsync(FetchUser coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(0.1));
            return new User(coroutine.UserId, $"User {coroutine.UserId}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.34.process-users")]
    internal sealed record ProcessUsers([property: Id(0)] ImmutableArray<int> UserIds) : Coroutine<ImmutableArray<string>>;

    internal sealed class ProcessUsersBody : CoroutineBody<ProcessUsers, ImmutableArray<string>>
    {
        protected override async Task<ImmutableArray<string>> RunAsync(ProcessUsers coroutine, IClusterLoop loop)
        {
            var users = await loop.GatherAsync(coroutine.UserIds.Select(id => new FetchUser(id)));
            return [.. users.Select(user => user.Name.ToUpperInvariant())];
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.34.fetch-and-process")]
    internal sealed record FetchAndProcess([property: Id(0)] int UserId) : Coroutine<string>;

    internal sealed class FetchAndProcessBody : CoroutineBody<FetchAndProcess, string>
    {
        protected override async Task<string> RunAsync(FetchAndProcess coroutine, IClusterLoop loop)
        {
            // What not to do: a loop computes.
            var user = await loop.CreateTask(new FetchUser(coroutine.UserId));
            return new StringBuilder().Insert(0, user.Name.ToUpperInvariant(), 1_000_000).ToString();
        }
    }
}
