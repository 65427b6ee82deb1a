using System.Collections;
using System.Diagnostics;
using System.Globalization;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.EndToEnd.Crawling;

/// <summary>A site of as many pages as one likes: the last tenth of a crawl costs what the first one does.</summary>
[Collection(nameof(LargeSiteTests)), CollectionDefinition(nameof(LargeSiteTests), DisableParallelization = true)]
public sealed class LargeSiteTests(ITestOutputHelper output)
{
    private const string Asked = "ORLEANSASYNC_LARGE_SITE";
    private const int Parts = 10;

    // Caches and databases that grow cost a little more; what is kept of each page would cost several times as much.
    private const double MostGrowth = 1.25;

    [Fact]
    public async Task A_crawl_takes_no_more_memory_and_time_per_page_in_its_last_tenth_than_in_its_first()
    {
        Assert.SkipUnless(
            int.TryParse(Environment.GetEnvironmentVariable(Asked), NumberStyles.None, CultureInfo.InvariantCulture, out var pages) && pages >= 10_000,
            $"It takes minutes: set {Asked} to a number of pages, 10000 or more, to have that; see eng/soak.sh crawl.");
        using var folder = new TemporaryFolder();
        await using var site = await GeneratedSite.StartAsync(pages, TestContext.Current.CancellationToken);
        var file = new RecordFile(folder.File("pages.jsonl"), pages);
        await using var crawl = Processes.Client(folder, "crawl", site.Seeds[0], "-o", file.Path, "--per-host", "64", "--data", folder.File("data"));
        using var process = Process.GetProcessById(crawl.Id);

        List<Tenth> tenths = [];
        var (clock, memory, lastCpu, lastPages) = (Stopwatch.StartNew(), 0L, TimeSpan.Zero, 0);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!crawl.HasExited && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            var count = await file.ReadOnAsync();
            process.Refresh();
            if (process.HasExited) break;
            memory = Math.Max(memory, process.WorkingSet64);
            if (count < (long)pages * (tenths.Count + 1) / Parts) continue;
            var cpu = process.TotalProcessorTime;
            tenths.Add(new Tenth(count - lastPages, clock.Elapsed, cpu - lastCpu, memory));
            output.WriteLine(tenths[^1].ToString());
            (memory, lastCpu, lastPages) = (0, cpu, count);
            clock.Restart();
        }

        var end = await crawl.WaitForExitAsync();

        output.WriteLine(end.Error);
        Assert.Equal(0, end.ExitCode);
        Assert.Equal(pages, await file.ReadOnAsync());
        // The end may come sooner than it is looked for.
        Assert.InRange(tenths.Count, Parts - 1, Parts);
        Assert.True(tenths[^1].CpuPerPage <= tenths[0].CpuPerPage * MostGrowth, $"a page took {tenths[0].CpuPerPage.TotalMilliseconds:0.00} ms at first and {tenths[^1].CpuPerPage.TotalMilliseconds:0.00} ms in the end");
        Assert.True(tenths[^1].Memory <= tenths[0].Memory * MostGrowth, $"memory was {tenths[0].Memory >> 20} MB at first and {tenths[^1].Memory >> 20} MB in the end");
    }

    private sealed record Tenth(int Pages, TimeSpan Elapsed, TimeSpan Cpu, long Memory)
    {
        public TimeSpan CpuPerPage => Cpu / Pages;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Pages} pages in {Elapsed.TotalSeconds:0.0} s ({Pages / Elapsed.TotalSeconds:0}/s), {CpuPerPage.TotalMilliseconds:0.00} ms of processor time each, {Memory >> 20} MB at most");
    }

    /// <summary>The growing file of records; each page must be there once.</summary>
    private sealed class RecordFile(string path, int pages)
    {
        private readonly BitArray _seen = new(pages);
        private readonly byte[] _buffer = new byte[1 << 20];
        private long _position;
        private int _kept;
        private int _count;

        public string Path => path;

        /// <summary>Reads what has been added.</summary>
        /// <returns>How many records there are in all.</returns>
        public async Task<int> ReadOnAsync()
        {
            if (!File.Exists(path)) return 0;
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Position = _position;
            for (int read; (read = await stream.ReadAsync(_buffer.AsMemory(_kept))) > 0;)
            {
                _position += read;
                _kept += read;
                var rest = _buffer.AsSpan(0, _kept);
                for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..]) Take(rest[..end]);
                _kept = rest.Length;
                rest.CopyTo(_buffer);
            }

            return _count;
        }

        // {"url":"http://127.0.0.1:1234/p/5","…: the number is all that tells one page from another.
        private void Take(ReadOnlySpan<byte> line)
        {
            var url = line["{\"url\":\"http://".Length..];
            url = url[..url.IndexOf((byte)'"')];
            var number = url.EndsWith("/"u8) ? 0 : int.Parse(url[(url.LastIndexOf((byte)'/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            Assert.False(_seen[number], $"page {number} has two records");
            _seen[number] = true;
            Assert.True(line.IndexOf("\"outcome\":\"success\""u8) >= 0, $"page {number} is no success");
            _count++;
        }
    }
}
