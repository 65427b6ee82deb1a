using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlSinkTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oa-sink-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Each_record_is_a_whole_line_as_soon_as_it_is_written()
    {
        var file = Path.Combine(_folder.FullName, "x.jsonl");
        await using var sink = JsonLinesSink.Open(file);
        await sink.WriteAsync([Record("a"), Record("b")]);

        await using (var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            Assert.Equal(2, (await new StreamReader(reader).ReadToEndAsync(TestContext.Current.CancellationToken)).Count(static c => c == '\n'));

        await sink.WriteAsync([Record("c")]);
        await sink.CompleteAsync(new CrawlSummary("x", new CrawlTotals(), false));
        await sink.DisposeAsync();
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, static line => Assert.StartsWith("{\"url\":", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_cut_off_where_it_is_to_go_on()
    {
        var file = Path.Combine(_folder.FullName, "x.jsonl");
        long length;
        await using (var first = JsonLinesSink.Open(file))
        {
            await first.WriteAsync([Record("a")]);
            length = first.Length;
            await first.WriteAsync([Record("b")]);
        }

        await using (var second = JsonLinesSink.Open(file))
        {
            Assert.True(second.Length > length);
            second.Truncate(length);
            await second.WriteAsync([Record("c")]);
        }

        var urls = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(static line => line[8..9]);
        Assert.Equal(["a", "c"], urls);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_with_the_reason()
    {
        Assert.Contains("its folder does not exist", Error(Path.Combine(_folder.FullName, "no", "x.jsonl")), StringComparison.Ordinal);
        Assert.Contains("it is a folder", Error(_folder.FullName), StringComparison.Ordinal);

        static string Error(string path)
        {
            var error = Assert.Throws<ProgramException>(() => JsonLinesSink.Open(path));
            Assert.True(error.IsInput);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            return error.Message;
        }
    }

    [Fact]
    public async Task Seeds_come_from_arguments_and_the_lines_of_a_file_without_blank_ones()
    {
        var file = Path.Combine(_folder.FullName, "urls");
        await File.WriteAllTextAsync(file, " http://b.test/ \r\n\n\nnonsense\n", TestContext.Current.CancellationToken);
        using var seeds = SeedSource.Open(["http://a.test/"], file);

        var all = new List<string>();
        await foreach (var batch in seeds.ReadAsync(TestContext.Current.CancellationToken)) all.AddRange(batch);

        Assert.Equal(["http://a.test/", "http://b.test/", "nonsense"], all);
    }

    [Fact]
    public void A_wrong_argument_or_missing_file_is_wrong_input()
    {
        Assert.Contains("'nonsense' cannot be crawled", Assert.Throws<ProgramException>(() => SeedSource.Open(["nonsense"], null)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<ProgramException>(() => SeedSource.Open([], "/nowhere/at-all")).Message, StringComparison.Ordinal);
    }

    private static PageRecord Record(string url) => new() { Url = url, Outcome = PageOutcome.Success };
}
