using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class StoreValueTests
{
    public static TheoryData<object> Unfit => [new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), TimeSpan.Zero, 1.5m, 1ul, 'c', "a\0b", "half \ud800", "\udc00 half"];

    [Theory, MemberData(nameof(Unfit), DisableDiscoveryEnumeration = true)]
    public void What_not_both_dialects_store_is_refused_by_name(object value) =>
        Assert.Contains("@it", Assert.Throws<ArgumentException>(() => new StoreStatement("", ("@it", value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Times_as_text_are_in_the_order_of_the_times()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 30, 0, TimeSpan.FromHours(1));
        DateTimeOffset[] times = [DateTimeOffset.MinValue, start, start.AddMicroseconds(1), start.AddMilliseconds(1), start.AddHours(1), start.ToOffset(TimeSpan.FromHours(-8)).AddHours(2)];
        var texts = times.Select(time => (string)StoreValue.ToSqlite(StoreValue.Normalize("@time", time))).ToArray();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
        Assert.Equal("2025-12-31T23:30:00.000001Z", texts[2]);
    }
}
