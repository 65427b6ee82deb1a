using System.CommandLine;
using OrleansAsync.Crawling;

namespace OrleansAsync.Commands;

/// <summary><c>oa crawl</c>: crawls sites, or fetches a list of URLs.</summary>
internal static class CrawlCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var options = new CrawlOptions();
        var command = new Command("crawl", "Crawls sites, or fetches a list of URLs (--max-depth 0); 'crawl demo' crawls a built-in site.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            new CrawlRunner(global.Output(parsed), TimeProvider.System).RunAsync(options.Read(parsed), global.Session(parsed), cancellationToken));
        return command;
    }
}
