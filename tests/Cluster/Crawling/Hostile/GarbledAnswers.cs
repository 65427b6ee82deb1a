using System.Globalization;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Right answers in which some bytes were changed, lost, doubled or put in: the same in every run.</summary>
internal static class GarbledAnswers
{
    private const string Chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n2c\r\n<!doctype html><title>t</title><a href=/x>x<\r\n7\r\n/a><p>\n\r\n0\r\nX-Trailer: x\r\n\r\n";

    private const string Plain =
        "HTTP/1.1 200 OK\r\nServer: garbler\r\nContent-Type: text/html\r\nContent-Length: 54\r\nX-Robots-Tag: noarchive\r\n\r\n<!doctype html><title>t</title><a href=/y>y</a><p>end\n";

    /// <summary>Each has another answer.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Enumerable.Range(0, 400).Select(static i => string.Create(CultureInfo.InvariantCulture, $"/garbled/{i}"))];

    /// <summary>The answer for a path.</summary>
    public static string Of(string path)
    {
        var number = int.Parse(path.AsSpan("/garbled/".Length), CultureInfo.InvariantCulture);
        var random = new Random(number);
        List<char> text = [.. number % 2 == 0 ? Chunked : Plain];
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            var at = random.Next(text.Count);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = (char)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(at, Math.Min(random.Next(1, 20), text.Count - at));
                    break;
                case 2:
                    text.InsertRange(at, text.GetRange(at, Math.Min(random.Next(1, 40), text.Count - at)));
                    break;
                case 3:
                    text.Insert(at, "\r\n\0:; <>\"0f"[random.Next(11)]);
                    break;
                default:
                    text.RemoveRange(at, random.Next(4) == 0 ? text.Count - at : 0);
                    break;
            }

            if (text.Count == 0) break;
        }

        return string.Concat(text);
    }
}
