using System.Globalization;
using CsCheck;
using OrleansAsync.Commands;

namespace OrleansAsync.Tests.Unit.Commands;

public sealed class DurationArgumentTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("24000h", 86_400_000_000)]
    public void A_number_with_a_unit_is_a_duration(string text, long milliseconds)
    {
        Assert.True(DurationArgument.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1,5s")]
    [InlineData("1e3s")]
    [InlineData("1d")]
    [InlineData("1S")]
    [InlineData("24001h")]
    [InlineData("99999999999999999999999999999999h")]
    public void Anything_else_is_not(string? text) => Assert.False(DurationArgument.TryParse(text, out _));

    [Theory]
    [InlineData("ms", 1)]
    [InlineData("s", 1_000)]
    [InlineData("m", 60_000)]
    [InlineData("h", 3_600_000)]
    public void Every_whole_number_of_a_unit_keeps_its_value(string unit, long milliseconds) =>
        Gen.Int[0, 24_000].Sample(count =>
            DurationArgument.TryParse(count.ToString(CultureInfo.InvariantCulture) + unit, out var duration)
            && duration.TotalMilliseconds == count * milliseconds);
}
