using System.Buffers.Binary;
using Orleans.Serialization;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>Items on their way: the priority, where there are such, then the serialized item. What comes out of a durable queue has its number in front.</summary>
internal static class QueueItems
{
    public static byte[] Write<T>(T item, Func<T, double>? priority, Serializer serializer, object queue)
    {
        var writer = new PayloadWriter();
        if (priority is not null)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(writer.GetSpan(sizeof(double)), priority(item));
            writer.Advance(sizeof(double));
        }
        try
        {
            serializer.Serialize(item, writer);
        }
#pragma warning disable CA1031 // whatever a codec throws
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new UnserializableException(
                $"Nothing was put into {queue}: an item of type {item?.GetType() ?? typeof(T)} cannot be serialized: {e.Message} Give its type [GenerateSerializer] and [Alias].", e);
        }
        return writer.Take();
    }

    public static T Read<T>(byte[] payload, QueueSettings settings, Serializer serializer, object queue)
    {
        var before = (settings.IsDurable ? sizeof(long) : 0) + (settings.Order == QueueOrder.Priority ? sizeof(double) : 0);
        try
        {
            return serializer.Deserialize<T>(payload.AsMemory(before))!;
        }
#pragma warning disable CA1031 // whatever a codec throws
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new UnserializableException($"An item of {queue} cannot be read here as {typeof(T)}, so it was put back: {e.Message}", e);
        }
    }
}
