using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RepeatedMarkupTests
{
    private const int Length = 9_000;
    private const int SmallStack = 256 * 1024;

    private static readonly string[] Parts =
    [
        "<", ">", "/", "!", "-", "?", "&", "#", ";", "x", "\"", "'", "=", " ", "\0", "[", "]", "</", "<!", "--", "<!--", "-->", "--!>", "<x", "</x", "</x>", "&#", "&am", "<![CDATA[", "]]>",
        "<script", "<script>", "</script", "<svg>", "</svg>", "<title>", "<!doctype", "public",
    ];

    private static readonly string[] Places = ["", "<!--", "<script>", "<script><!--", "<script><!--<script>", "<style>", "<title>", "<svg>", "<p title='", "<p ", "<!doctype ", "</", "&"];

    private static readonly CrawlUrl Page = CrawlUrl.Parse("http://site.test/");

    [Fact]
    public void No_repetition_exhausts_the_stack()
    {
        var random = new Random(11);
        string[] units = [.. Parts, .. from a in Parts from b in Parts select a + b, .. Enumerable.Range(0, 200).Select(_ => string.Concat(random.GetItems(Parts, 3)))];
        Exception? thrown = null;
        // An overflow ends the process: there is no other way to fail.
        var thread = new Thread(() => thrown = Record.Exception(() =>
        {
            foreach (var unit in units)
                foreach (var place in Places)
                    Extract(place + string.Concat(Enumerable.Repeat(unit, Length / unit.Length)));
        }), SmallStack);
        thread.Start();
        thread.Join();

        Assert.Null(thrown);
    }

    [Theory]
    [InlineData("", "</>", "")]
    [InlineData("<!--", "--!", "-->")]
    [InlineData("<!--", "---!", "-->")]
    [InlineData("<!--", "!--", ">")]
    [InlineData("<!--", "--!", ">")]
    [InlineData("<!--", "--!-----!", "--!>")]
    public void What_is_behind_it_is_read(string open, string unit, string close) =>
        Assert.Equal("/x", Assert.Single(Extract($"{open}{string.Concat(Enumerable.Repeat(unit, 300_000))}{close}<a href=x>").Links).PathAndQuery);

    [Theory]
    [InlineData("<!--", "--!", "")]
    [InlineData("<!--", "!--", "")]
    public void What_is_in_it_is_not(string open, string unit, string close) =>
        Assert.Empty(Extract($"{open}{string.Concat(Enumerable.Repeat(unit, 300_000))}{close}<a href=x>").Links);

    [Fact]
    public void A_few_are_left_as_they_are()
    {
        var text = "<a href='</></>!--!--!'>".ToCharArray();
        RepeatedMarkup.Defuse(text);
        Assert.Equal("<a href='</></>!--!--!'>", new string(text));
    }

    private static PageContent Extract(string html) => LinkExtractor.Extract(Encoding.UTF8.GetBytes(html), "utf-8", Page, TestContext.Current.CancellationToken);
}
