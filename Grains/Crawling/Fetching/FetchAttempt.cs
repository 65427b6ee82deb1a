using System.Collections.Immutable;
using System.Globalization;

namespace OrleansAsync.Crawling;

/// <summary>The work of one <see cref="FetchRequest"/>: hop after hop to the final answer, then its body.</summary>
internal sealed class FetchAttempt(
    FetchRequest request, ConnectionPools pools, TimeProvider timeProvider, TaskScheduler caller, CancellationToken cancellationToken) : IDisposable
{
    private readonly AttemptClock _clock = new(request.Timeout, timeProvider, cancellationToken);
    private readonly ImmutableArray<string>.Builder _redirects = ImmutableArray.CreateBuilder<string>();
    private CrawlUrl _url = request.Url;
    private int? _status;
    private ImmutableArray<string> _setCookies = [];

    public async Task<FetchedPage> RunAsync()
    {
        try
        {
            while (true)
            {
                _status = null;
                using var message = FetchMessage.Create(request, _url);
                using var response = await pools.For(request.Permitted).SendAsync(message, _clock.Token);
                _status = (int)response.StatusCode;
                _setCookies = AnswerHeaders.SetCookies(response);
                if (Target(response) is { } target) await FollowAsync(target);
                else return await ReadAsync(response);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = Failure(exception, _status is null ? "waiting for the answer" : "following redirects", inBody: false);
            return new FetchedPage
            {
                FinalUrl = _url,
                Outcome = failure.Outcome,
                Status = _status,
                Error = failure.Message,
                Redirects = _redirects.ToImmutable(),
                SetCookies = _setCookies,
                Transient = failure.Transient,
                Elapsed = _clock.Elapsed,
            };
        }
        catch (Exception)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public void Dispose() => _clock.Dispose();

    private string? Target(HttpResponseMessage response) => _status is 301 or 302 or 303 or 307 or 308 ? AnswerHeaders.Location(response) : null;

    private async Task FollowAsync(string location)
    {
        if (!_url.TryResolve(location, out var next))
            throw new FetchException($"redirect to an address that is not http or https, or not valid: {Shorten(location)}", transient: false);
        if (next.Href.Length > LinkCollector.MaxLength)
            throw new FetchException(string.Create(CultureInfo.InvariantCulture, $"redirect to an address longer than {LinkCollector.MaxLength} characters"), transient: false);
        // With a cookie that was set, the same request may have another answer.
        var isLoop = _setCookies.IsEmpty && (next.Href == request.Url.Href || _redirects.Contains(next.Href));
        _redirects.Add(next.Href);
        if (isLoop) throw new FetchException("redirect loop", transient: false);
        if (_redirects.Count > request.MaxRedirects)
            throw new FetchException(string.Create(CultureInfo.InvariantCulture, $"too many redirects ({request.MaxRedirects})"), transient: false);
        if (request.AdmitHop is { } admit && await AdmitAsync(admit, next) is { } refusal)
            throw new FetchException($"redirect to {Shorten(next.Href)} not followed: {refusal.Reason}", transient: false, refusal.Outcome);
        _url = next;
    }

    private async Task<HopRefusal?> AdmitAsync(Func<CrawlUrl, CancellationToken, ValueTask<HopRefusal?>> admit, CrawlUrl next)
    {
        _clock.Pause();
        try
        {
            return await Task.Factory.StartNew(
                () => admit(next, cancellationToken).AsTask(), cancellationToken, TaskCreationOptions.DenyChildAttach, caller).Unwrap();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchException($"redirect to {Shorten(next.Href)} could not be checked: {exception.Message.ReplaceLineEndings(" ")}", transient: true);
        }
        finally
        {
            _clock.Resume();
        }
    }

    private async Task<FetchedPage> ReadAsync(HttpResponseMessage response)
    {
        var isSuccess = _status is (>= 200 and < 300) or 304;
        var contentType = AnswerHeaders.ContentType(response);
        var charset = ContentTypes.Charset(contentType);
        using var body = new BodyReader(isSuccess ? request : request with { Parse = false }, contentType);
        FetchFailure? failure = null;
        try
        {
            // After 101 the connection speaks another protocol: there is no body to wait for.
            if (_status != 101)
            {
                if (AnswerHeaders.HasConflictingLengths(response)) throw new FetchException("invalid HTTP answer: it has two lengths", transient: false);
                await body.ReadAsync(response.Content, _clock.Token);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            failure = Failure(exception, string.Create(CultureInfo.InvariantCulture, $"reading the body, {body.Bytes} bytes so far"), inBody: true);
        }

        // An error's own status says more than what became of its body.
        if (!isSuccess)
            failure = new(string.Create(CultureInfo.InvariantCulture, $"HTTP {_status}"), _status is 408 or 429 or 500 or 502 or 503 or 504);
        var content = failure is null && request.Parse && body is { IsHtml: true, Bytes: > 0 }
            ? LinkExtractor.Extract(body.Kept, charset, _url, cancellationToken)
            : null;
        return new FetchedPage
        {
            FinalUrl = _url,
            Outcome = failure?.Outcome ?? PageOutcome.Success,
            Status = _status,
            Error = failure?.Message ?? (content is { IsCut: true } ? $"links beyond {LinkCollector.MaxTotalLength} characters left out" : null),
            Redirects = _redirects.ToImmutable(),
            SetCookies = _setCookies,
            Etag = AnswerHeaders.Etag(response),
            LastModified = AnswerHeaders.LastModified(response),
            ContentType = AnswerHeaders.MediaType(contentType),
            Charset = content?.Charset ?? charset?.ToLowerInvariant(),
            Bytes = body.Bytes,
            Sha256 = body.Sha256,
            Title = content?.Title,
            Links = Hrefs(content?.Links),
            Sitemap = request.IsSitemap && _status is >= 200 and < 300 ? SitemapReader.Read(body.Kept, _url) : null,
            NoFollowLinks = Hrefs(content?.NoFollowLinks),
            NoFollow = content is { NoFollow: true } || AnswerHeaders.NoFollow(response, request.UserAgent),
            RetryAfter = AnswerHeaders.RetryAfter(response, timeProvider),
            MaxAge = AnswerHeaders.MaxAge(response),
            Transient = failure is { Transient: true },
            Elapsed = _clock.Elapsed,
            Body = request.KeepBody ? body.Kept.ToArray() : default,
        };
    }

    private static ImmutableArray<string> Hrefs(ImmutableArray<CrawlUrl>? links) => [.. (links ?? []).Select(link => link.Href)];

    private FetchFailure Failure(Exception exception, string phase, bool inBody) => _clock.IsOver && exception is not FetchException
        ? new($"timeout after {Duration(request.Timeout)} {phase}", true, PageOutcome.Timeout)
        : FetchFailure.Of(exception, inBody);

    private static string Duration(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 200 ? line : line[..200] + "…";
    }
}
