using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens.Struct;
using AngleSharp.Text;

namespace OrleansAsync.Tests.Benchmarks.Crawling;

/// <summary>
/// What a crawl costs at least: one process with HttpClient, a channel, a hash set, a tokenizer and a file of JSON Lines; no robots.txt, no store, no
/// politeness, and nothing to go on from. <c>oa bench crawl</c> is compared with it.
/// </summary>
internal static class BareCrawl
{
    private const int Workers = 64;

    /// <summary>Crawls a site several times and prints what <c>oa bench crawl</c> prints; once more before, which does not count.</summary>
    /// <param name="args">The URL to begin with, and how many runs are measured.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var url, .. var rest] || !Uri.TryCreate(url, UriKind.Absolute, out var seed) || rest.Length > 1)
        {
            await Console.Error.WriteLineAsync("usage: bare-crawl URL [REPEAT]");
            return 2;
        }

        var repeat = rest is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 3;
        var elapsed = new double[repeat];
        var pages = await CrawlAsync(seed);
        for (var run = 0; run < repeat; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var found = await CrawlAsync(seed);
            elapsed[run] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
            if (found != pages) throw new InvalidOperationException($"Run {run + 1} found {found} pages, and the one before {pages}.");
        }

        var median = elapsed.Order().ElementAt(repeat / 2);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            name = "bare-crawl",
            n = pages,
            elapsed_ms = elapsed,
            median_ms = median,
            per_second = Math.Round(pages / median * 1000, 1),
            peak_rss_mb = Math.Round(Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0),
        }));
        return 0;
    }

    private static async Task<int> CrawlAsync(Uri seed)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, MaxConnectionsPerServer = Workers });
        var queue = Channel.CreateUnbounded<Uri>();
        var (seen, open, pages) = (new HashSet<string> { seed.AbsoluteUri }, 1, 0);
        var path = Path.GetTempFileName();
        try
        {
            await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
            queue.Writer.TryWrite(seed);
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));
            return pages;

            async Task WorkAsync()
            {
                await foreach (var url in queue.Reader.ReadAllAsync())
                {
                    var (line, links) = await VisitAsync(client, url);
                    lock (seen)
                    {
                        pages++;
                        file.Write(line);
                        foreach (var link in links)
                        {
                            if (link.Authority != seed.Authority || !seen.Add(link.AbsoluteUri)) continue;
                            open++;
                            queue.Writer.TryWrite(link);
                        }

                        if (--open == 0) queue.Writer.Complete();
                    }
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<(byte[] Line, List<Uri> Links)> VisitAsync(HttpClient client, Uri url)
    {
        using var answer = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var (title, links) = answer.Content.Headers.ContentType?.MediaType == "text/html" ? Extract(body, answer.RequestMessage!.RequestUri!) : (null, []);
        var line = JsonSerializer.SerializeToUtf8Bytes(new { url = url.AbsoluteUri, status = (int)answer.StatusCode, title, links = links.Select(link => link.AbsoluteUri) });
        return ([.. line, (byte)'\n'], links);
    }

    private static (string? Title, List<Uri> Links) Extract(byte[] body, Uri page)
    {
        using var source = new TextSource(new ReadOnlyByteTextSource(body, Encoding.UTF8));
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.ResolverExtended)
        {
            SkipCDATA = true,
            SkipComments = true,
            SkipDataText = true,
            SkipRawText = true,
            SkipScriptText = true,
            ShouldEmitAttribute = static (ref _, name) => name.Span is "href" or "src",
            DisableElementPositionTracking = true,
        };
        var (title, isInTitle, hrefs) = (default(string), false, new HashSet<string>());
        while (true)
        {
            ref var token = ref tokenizer.GetStructToken();
            if (token.Type == HtmlTokenType.EndOfFile) break;
            if (token.Type == HtmlTokenType.Character && isInTitle) title += token.Data.Memory.Span.ToString();
            if (token.Type == HtmlTokenType.EndTag) isInTitle = false;
            if (token.Type != HtmlTokenType.StartTag) continue;
            var name = token.Name.Memory.Span;
            isInTitle = name is "title";
            tokenizer.State = name switch
            {
                "title" or "textarea" => HtmlParseMode.RCData,
                "script" => HtmlParseMode.Script,
                "style" or "iframe" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
                _ => tokenizer.State,
            };
            if (name is "a" or "area" or "iframe" or "frame" && HrefOf(ref token) is { } href) hrefs.Add(href.Split('#')[0]);
        }

        List<Uri> links = [];
        foreach (var href in hrefs)
        {
            if (Uri.TryCreate(page, href, out var link) && link.Scheme is "http" or "https") links.Add(link);
        }

        return (title, links);
    }

    private static string? HrefOf(ref StructHtmlToken token)
    {
        for (var i = 0; i < token.Attributes.Count; i++)
        {
            var attribute = token.Attributes[i];
            if (attribute.Name.Memory.Span is "href" or "src") return attribute.Value.ToString();
        }

        return null;
    }
}
