using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Detached;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Commands;

/// <summary>Shows what became of a detached task. Its types may be unknown here, so a silo makes JSON of the result.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="id">The task.</param>
/// <param name="output">Where to show it.</param>
internal sealed class DetachedResult(IClusterLoop loop, DetachedTaskId id, Output output)
{
    /// <summary>Shows it.</summary>
    /// <param name="wait">Whether to wait for its end.</param>
    /// <param name="forget">Whether to drop it afterwards.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code: 0 if the task has a result, else 1.</returns>
    /// <exception cref="ProgramException">There is no such task.</exception>
    public async Task<int> ShowAsync(bool wait, bool forget, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GetAsync(wait, cancellationToken);
            Show(answer);
            if (forget && answer.Task!.EndedAt is not null)
                await loop.GetDetachedTask(id.ToString()).ForgetAsync(cancellationToken);
            return answer is { Task.EndedAt: not null, Kind: OutcomeKind.Succeeded } ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception e) when (e is DetachedTaskNotFoundException or InvalidOperationException)
        {
            throw ProgramException.Input(e.Message.TrimEnd('.'), e);
        }
    }

    private async Task<DetachedAnswer> GetAsync(bool wait, CancellationToken cancellationToken)
    {
        var task = loop.GetDetachedTask(id.ToString());
        DetachedAnswer answer;
        do
        {
            answer = await task.CallAsync(grain => wait ? grain.WaitAsync(id.Number, rendered: true) : grain.GetAsync(id.Number, rendered: true), cancellationToken);
        }
        while (wait && answer.Task!.EndedAt is null);
        return answer;
    }

    private void Show(DetachedAnswer answer)
    {
        var task = answer.Task!;
        var (ended, content) = (task.EndedAt is not null, answer.Payload is null ? default : JsonSerializer.Deserialize<JsonElement>(answer.Payload));
        output.Result(
            new Line(
                task.Id, task.Name, task.Coroutine, task.State, task.Attempt, task.CreatedAt, task.EndedAt, task.ExpiresAt,
                ended && answer.Kind == OutcomeKind.Succeeded ? content : null, ended && answer.Kind != OutcomeKind.Succeeded ? content : null),
            _ => !ended ? $"{task.Id} is still running, attempt {task.Attempt}; --wait waits for its end"
                : answer.Kind switch
                {
                    OutcomeKind.Succeeded => content.GetRawText(),
                    OutcomeKind.Canceled => $"{task.Id} was cancelled{(content.GetProperty("cancel_message").GetString() is { } message ? $": {message}" : "")}",
                    _ => $"{task.Id} failed: {content.GetProperty("type").GetString()}: {content.GetProperty("message").GetString()}",
                });
    }

    private sealed record Line(
        string Id, string Name, string Coroutine, TaskState State, int Attempt, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, DateTimeOffset? ExpiresAt,
        JsonElement? Result, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Error);
}
