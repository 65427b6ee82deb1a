using System.CommandLine;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Commands;

/// <summary><c>oa scenario guide</c>: the generated parts of docs/guide. For who works on this project, so it is not in the help.</summary>
internal static class ScenarioGuideCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of the pages: docs/guide" };
        var check = new Option<bool>("--check") { Description = "Write nothing; exit with 1 if a page is not up to date" };
        var command = new Command("guide", "Brings the generated parts of the guide's pages up to date, and makes pages that are missing.") { folder, check };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var (output, isCheck) = (global.Output(parsed), parsed.GetValue(check));
            var changes = new GuidePages(parsed.GetValue(folder)!).Update(write: !isCheck);
            foreach (var change in changes) output.Result(change, shown => $"{shown.Page} {shown.Problem}");
            if (!isCheck || changes.Count == 0) return ExitCodes.Done;
            output.Say("the guide is not up to date; run oa scenario guide docs/guide");
            return ExitCodes.Failed;
        });
        return command;
    }
}
