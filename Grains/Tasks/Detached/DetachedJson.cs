using System.Text;
using System.Text.Json;
using Orleans.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <summary>Writes outcomes for readers that do not have the types: the silo that has the body has them.</summary>
internal static class DetachedJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The result as JSON, or an object with what is known of the failure; null for a task without a result.</summary>
    public static byte[] Render(DetachedRecord record, CoroutineRegistry registry, Serializer serializer)
    {
        switch (record.Kind)
        {
            case OutcomeKind.Canceled:
                return Write(new { cancel_message = serializer.Deserialize<string?>(record.Result!) });
            case OutcomeKind.Failed:
                var failure = serializer.Deserialize<TaskFailure>(record.Result!)!;
                return Write(new { type = failure.Type.Split(',')[0], message = failure.Message, stack = failure.Stack });
        }
        if (registry.Find(record.Info.Coroutine) is not { } invoker)
        {
            return Write(new { unreadable = $"this silo has no coroutine {record.Info.Coroutine}", bytes = record.Result!.Length });
        }
        try
        {
            return Write(invoker.ReadResult(record.Result, serializer));
        }
#pragma warning disable CA1031 // whatever a codec or a user's property throws: the reader learns it
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Write(new { unreadable = e.Message, bytes = record.Result!.Length });
        }
    }

    private static byte[] Write(object? value) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, value?.GetType() ?? typeof(object), Options));
}
