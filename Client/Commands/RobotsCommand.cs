using System.CommandLine;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary><c>oa robots</c>: what a robots.txt allows.</summary>
internal static class RobotsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var source = new Argument<string>("FILE_OR_URL") { Description = "A robots.txt: a file, its URL, or the URL of its site" };
        var agent = new Option<string>("--agent") { HelpName = "NAME", Required = true, Description = "The robot: its name, or its whole User-Agent" };
        var urls = new Argument<string[]>("URL") { Arity = ArgumentArity.OneOrMore, Description = "What the robot would fetch; a path alone will do" };
        var command = new Command("robots", "Says what a robots.txt allows a robot to fetch, and which rule decides.") { source, agent, urls };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            using var fetcher = new PageFetcher(TimeProvider.System);
            string[] given = [parsed.GetValue(source)!, .. parsed.GetValue(urls)!];
            if (given.FirstOrDefault(static text => text.StartsWith('-')) is { } unknown) throw ProgramException.Input($"unknown option '{unknown}'; see oa robots --help");
            var lines = await new RobotsCheck(fetcher, output.Say).RunAsync(given[0], parsed.GetValue(agent)!, given[1..], cancellationToken);
            foreach (var line in lines) output.Result(line, static line => line.ToText());
            return ExitCodes.Done;
        });
        return command;
    }
}
