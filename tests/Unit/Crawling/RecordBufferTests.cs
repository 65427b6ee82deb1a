using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RecordBufferTests
{
    [Fact]
    public void Records_stay_until_they_are_acknowledged()
    {
        var buffer = new RecordBuffer(long.MaxValue);
        Add(buffer, "a", "b", "c");

        Assert.Equal(("a b c", 3L), Peek(buffer));
        Assert.Equal(("a b c", 3L), Peek(buffer));
        Assert.Equal([KeyValuePair.Create("of a", 7L), KeyValuePair.Create("of b", 7L)], buffer.Acknowledge(2));
        Assert.Equal(("c", 3L), Peek(buffer));
        buffer.Acknowledge(1);
        Assert.Equal(("c", 3L), Peek(buffer));
        buffer.Acknowledge(3);
        Assert.Equal(("", 3L), Peek(buffer));
        Add(buffer, "d");
        Assert.Equal(("d", 4L), Peek(buffer));
    }

    [Fact]
    public void A_full_buffer_has_room_again_once_records_are_acknowledged()
    {
        var buffer = new RecordBuffer(1000);
        Add(buffer, "a");
        Assert.True(buffer.HasRoom);
        Add(buffer, "b");
        Assert.False(buffer.HasRoom);

        buffer.Acknowledge(1);

        Assert.True(buffer.HasRoom);
    }

    [Fact]
    public void A_batch_fits_into_one_message()
    {
        var buffer = new RecordBuffer(long.MaxValue);
        var link = new string('x', 1 << 20);
        for (var i = 0; i < 10; i++) buffer.Add(new PageRecord { Url = $"{i}", Outcome = PageOutcome.Success, Links = [link] }, "o", i);

        var total = 0;
        while (buffer.Peek() is { Records: { IsEmpty: false } records } batch)
        {
            Assert.InRange(records.Length, 1, 5);
            total += records.Length;
            Assert.Equal(total, batch.LastSequence);
            buffer.Acknowledge(batch.LastSequence);
        }

        Assert.Equal(10, total);
    }

    [Fact]
    public void Records_of_many_links_go_in_several_messages()
    {
        var large = new PageRecord { Url = "large", Outcome = PageOutcome.Success, Links = [new string('x', 3 << 20)] };
        var small = new PageRecord { Url = "small", Outcome = PageOutcome.Success };

        Assert.Equal(0, RecordBuffer.TakeBatch([]).Count);
        Assert.Equal(2, RecordBuffer.TakeBatch([large, large, large]).Count);
        Assert.Equal((3, 3 * RecordBuffer.SizeOf(small)), RecordBuffer.TakeBatch([small, small, small]));
    }

    private static void Add(RecordBuffer buffer, params string[] urls)
    {
        foreach (var url in urls) buffer.Add(new PageRecord { Url = url, Outcome = PageOutcome.Success }, $"of {url}", 7);
    }

    private static (string Urls, long Last) Peek(RecordBuffer buffer)
    {
        var (records, last) = buffer.Peek();
        return (string.Join(' ', records.Select(static record => record.Url)), last);
    }
}
