using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansAsync.Tasks.Detached;

namespace OrleansAsync.Commands;

/// <summary><c>oa result</c>: how a detached task ended.</summary>
internal static class ResultCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var id = new Argument<DetachedTaskId?>("TASK_ID") { Description = "The id that CreateDetachedTaskAsync returned, such as d07.4503599627370", CustomParser = Parse };
        var wait = new Option<bool>("--wait") { Description = "Wait until the task has ended" };
        var forget = new Option<bool>("--forget") { Description = "Drop the result from the store once it is shown" };
        var command = new Command("result", "Shows how a detached task of a running cluster ended: its result as JSON, or its error.") { id, wait, forget };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new DetachedResult(session.Loop, parsed.GetValue(id)!.Value, output).ShowAsync(parsed.GetValue(wait), parsed.GetValue(forget), cancellationToken);
        });
        return command;
    }

    private static DetachedTaskId? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DetachedTaskId.TryParse(text) is { } id)
            return id;
        result.AddError($"'{text}' is no id of a detached task; give one such as d07.4503599627370");
        return null;
    }
}
