using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RobotsReferenceTests
{
    // Google's matcher leaves percent-encoding to its caller and says so in this case; RFC 9309, figure 4, says the contrary.
    private const string ByteExactTest = "ID_Encoding";

    // The RFC knows neither directory indexes nor truncated lines.
    private static readonly string[] OnlyGoogles = ["GoogleOnly_IndexHTMLisDirectory", "GoogleOnly_LineTooLong"];

    [Fact]
    public void Every_case_of_the_collection_is_decided_as_expected()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var expected in SharedReference.Load("robots-cases.json").EnumerateArray())
        {
            if (OnlyGoogles.Contains(expected.Text("test"))) continue;
            count++;
            var text = Encoding.UTF8.GetBytes(expected.Text("robots")!);
            var address = expected.Text("url")!;
            var path = address.Length == 0 ? "" : CrawlUrl.Parse(address).PathAndQuery;
            var rules = RobotsRules.Parse(text, normalizePercentEncoding: expected.Text("test") != ByteExactTest);
            if (rules.Check(expected.Text("agent")!, path).Allowed != expected.GetProperty("allowed").GetBoolean())
                wrong.Add($"{expected.GetProperty("id")} {expected.Text("test")}");
        }
        Assert.NotEqual(0, count);
        Assert.Empty(wrong);
    }
}
