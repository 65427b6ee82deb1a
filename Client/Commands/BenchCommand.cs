using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansAsync.Coordination;
using OrleansAsync.Crawling;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary><c>oa bench</c>: measurements that anyone can repeat.</summary>
internal static class BenchCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global) => new("bench", "Measures the cluster.") { CreateCrawl(global), CreateFanout(global), CreateModels(global), CreatePrimitives(global) };

    private static Command CreateCrawl(GlobalOptions global)
    {
        var urls = new Argument<string[]>("URL") { Arity = ArgumentArity.ZeroOrMore, Description = "Where to begin [default: a built-in site]" };
        var pages = Count("--pages", "Number of pages of the built-in site, 1 to 100,000,000 [default: 2000]", 100_000_000);
        var perHost = Count("--per-host", "Requests open to one host, 1 to 10,000 [default: 64]", 10_000);
        var repeat = Count("--repeat", "Number of measured runs, 1 to 1000; one more goes before them [default: 3]", 1000);
        var command = new Command("crawl", "Crawls a site several times, with robots.txt, the store and a file of records, and checks that each run finds the same.") { urls, pages, perHost, repeat };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            ImmutableArray<string> given = [.. parsed.GetValue(urls) ?? []];
            if (!given.IsEmpty && parsed.GetValue(pages) is not null) throw ProgramException.Input("--pages is the size of the built-in site; leave it out, or the URLs");
            using var checkedSeeds = SeedSource.Open(given, null);
            await using var site = given.IsEmpty ? await GeneratedSite.StartAsync(parsed.GetValue(pages) ?? 2000, cancellationToken) : null;
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            var result = await new CrawlBench(session, TimeProvider.System).RunAsync(
                site?.Seeds ?? given, new CrawlSpecification { PerHost = parsed.GetValue(perHost) ?? 64 }, parsed.GetValue(repeat) ?? 3, cancellationToken);
            output.Result(result, r => r.ToString());
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateFanout(GlobalOptions global)
    {
        var tasks = Count("--tasks", "Number of tasks, 1 to 100,000,000 [default: 1000]", 100_000_000);
        var delay = DurationArgument.Option("--delay", "How long each task waits [default: 100ms]");
        var repeat = Count("--repeat", "Number of measured runs, 1 to 1000; one more with at most 20,000 goes before them [default: 3]", 1000);
        var command = new Command("fanout", "Gathers many tasks that each wait a while and return a number, and checks every number.") { tasks, delay, repeat };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            var result = await FanoutBench.RunAsync(
                session, parsed.GetValue(tasks) ?? 1000, parsed.GetValue(delay) ?? TimeSpan.FromMilliseconds(100), parsed.GetValue(repeat) ?? 3, cancellationToken);
            output.Result(result, r => r.ToString());
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateModels(GlobalOptions global)
    {
        var tasks = Count("--tasks", "Number of waits, 1 to 30,000: each is a thread in one of the models [default: 100]", 30_000);
        var delay = DurationArgument.Option("--delay", "How long each waits [default: 100ms]");
        var repeat = Count("--repeat", "Number of measured runs of each model, 1 to 1000; a small one goes before them [default: 1]", 1000);
        var command = new Command("models", "Compares ways to wait for many things at once: one after the other, processes, threads, .NET tasks, one event loop, the cluster.") { tasks, delay, repeat };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            var bench = new ModelsBench(session, parsed.GetValue(tasks) ?? 100, parsed.GetValue(delay) ?? TimeSpan.FromMilliseconds(100), parsed.GetValue(repeat) ?? 1);
            List<ModelResult> results = [];
            await foreach (var result in bench.RunAsync(cancellationToken))
            {
                results.Add(result);
                if (output.IsJson) output.Result(result, r => r.Name);
                else output.Say($"{result.Name}: done");
            }
            if (!output.IsJson)
            {
                output.Result(ModelResult.Header, header => header);
                foreach (var result in results) output.Result(result, r => r.ToLine(results.Max(each => each.MedianMs)));
            }
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreatePrimitives(GlobalOptions global)
    {
        var count = Count("--count", "Number of hand-overs or items in a run, 1 to 100,000,000 [default: 20,000]", 100_000_000);
        var repeat = Count("--repeat", "Number of measured runs of each, 1 to 1000; one more goes before them [default: 3]", 1000);
        var command = new Command("primitives", "Hands locks over and passes items through queues, local and over the cluster, and checks each.") { count, repeat };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            var bench = new PrimitivesBench(session, parsed.GetValue(count) ?? 20_000, parsed.GetValue(repeat) ?? 3);
            await foreach (var result in bench.RunAsync(cancellationToken)) output.Result(result, r => r.ToString());
            return ExitCodes.Done;
        });
        return command;
    }

    private static Option<int?> Count(string name, string description, int most) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result => Parse(result, name, most),
    };

    private static int? Parse(ArgumentResult result, string name, int most)
    {
        if (int.TryParse(result.Tokens[0].Value, out var count) && count >= 1 && count <= most) return count;
        result.AddError($"'{result.Tokens[0].Value}' is no number for {name}; give one from 1 to {most}");
        return null;
    }
}
