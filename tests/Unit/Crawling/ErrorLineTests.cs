using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class ErrorLineTests
{
    [Theory]
    [InlineData("HTTP 404", "HTTP 404")]
    [InlineData("a\tb\r\nc\u2028d\0e", "a b  c d e")]
    [InlineData("\u001b[2J\u0007\u009b31m\u007fčeština ✓", " [2J  31m čeština ✓")]
    public void Control_characters_become_blanks(string text, string expected) => Assert.Equal(expected, ErrorLine.Of(text));

    [Fact]
    public void What_is_too_long_is_cut()
    {
        Assert.Equal(ErrorLine.MaxLength, ErrorLine.Of(new string('x', 500_000)).Length);
        Assert.EndsWith("x…", ErrorLine.Of(new string('x', ErrorLine.MaxLength + 1)), StringComparison.Ordinal);
        Assert.EndsWith("xx", ErrorLine.Of(new string('x', ErrorLine.MaxLength)), StringComparison.Ordinal);
    }
}
