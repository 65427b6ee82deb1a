using System.CommandLine;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary><c>oa crawls</c>: the crawls that are stored.</summary>
internal static class CrawlsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global) => new("crawls", "Lists crawls, and lets them go on.")
    {
        CreateList(global),
        CreateOne(global, "show", "Shows a crawl.", static (views, id, cancellationToken) => views.ShowAsync(id, cancellationToken)),
        CreateResume(global),
        CreateOne(global, "pause", "Pauses a crawl that runs.", static (views, id, cancellationToken) => views.PauseAsync(id, cancellationToken)),
        CreateOne(global, "cancel", "Stops a crawl for good; what it has is kept.", static (views, id, cancellationToken) => views.CancelAsync(id, cancellationToken)),
        CreateExport(global),
        CreateOne(global, "delete", "Deletes what is stored of a crawl that does not run.", static (views, id, cancellationToken) => views.DeleteAsync(id, cancellationToken)),
    };

    private static Command CreateList(GlobalOptions global)
    {
        var command = new Command("list", "Lists the crawls, the latest first.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            return await new CrawlViews(session.Grains, output).ListAsync(cancellationToken);
        });
        return command;
    }

    private static Command CreateOne(GlobalOptions global, string verb, string description, Func<CrawlViews, string, CancellationToken, Task<int>> action)
    {
        var id = Id();
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            var checkedId = Check(parsed.GetValue(id)!);
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            return await action(new CrawlViews(session.Grains, output), checkedId, cancellationToken);
        });
        return command;
    }

    private static Command CreateResume(GlobalOptions global)
    {
        var (id, files) = (Id(), Files("Write all its records to this file too; may be repeated"));
        var command = new Command("resume", "Lets a crawl go on that was paused or interrupted, and follows it.") { id, files };
        command.SetAction((parsed, cancellationToken) => new CrawlRunner(global.Output(parsed), TimeProvider.System)
            .ResumeAsync(Check(parsed.GetValue(id)!), CrawlOptions.CheckFiles(parsed.GetValue(files)), global.Session(parsed), cancellationToken));
        return command;
    }

    private static Command CreateExport(GlobalOptions global)
    {
        var (id, files) = (Id(), Files("File for the records; may be repeated"));
        files.Required = true;
        var command = new Command("export", "Writes what is stored of a crawl to files.") { id, files };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            var (checkedId, checkedFiles) = (Check(parsed.GetValue(id)!), CrawlOptions.CheckFiles(parsed.GetValue(files)));
            await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
            return await new CrawlViews(session.Grains, output).ExportAsync(checkedId, checkedFiles, cancellationToken);
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The crawl, as list shows it" };

    private static Option<string[]> Files(string description) => new("--output", "-o") { HelpName = "FILE.jsonl", Description = description };

    private static string Check(string id) =>
        CrawlKey.IsValid(id) ? id : throw ProgramException.Input($"'{id}' cannot be the id of a crawl; see oa crawls list");
}
