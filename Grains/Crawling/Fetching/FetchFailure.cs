using System.Net.Sockets;
using System.Security.Authentication;

namespace OrleansAsync.Crawling;

/// <summary>What an exception of the HTTP stack means to a crawl's user, in one line.</summary>
internal sealed record FetchFailure(string Message, bool Transient, PageOutcome Outcome = PageOutcome.Error)
{
    public const string Truncated = "truncated body";

    public static FetchFailure Of(Exception exception, bool inBody)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case FetchException known:
                    return new(known.Message, known.Transient, known.Outcome);
                case SocketException socket:
                    return OfSocket(socket);
                case TimeoutException:
                    return new("connect timed out", true, PageOutcome.Timeout);
                case AuthenticationException tls:
                    return new($"TLS failure: {OneLine(tls.InnerException?.Message ?? tls.Message)}", false);
                case HttpProtocolException protocol:
                    return new($"HTTP/2 failure: {OneLine(protocol.Message)}", true);
            }
        }

        var error = exception switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException io => io.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };
        return error switch
        {
            HttpRequestError.ResponseEnded => new(inBody ? Truncated : "connection closed before the answer", true),
            HttpRequestError.ConfigurationLimitExceeded => new(inBody ? "invalid HTTP answer: lines around its chunks are too long" : $"response headers larger than {ConnectionPools.MaxHeaderKilobytes} KiB", false),
            HttpRequestError.InvalidResponse => new($"invalid HTTP answer: {Innermost(exception)}", false),
            HttpRequestError.SecureConnectionError => new($"TLS failure: {Innermost(exception)}", false),
            HttpRequestError.ProxyTunnelError => new($"proxy failure: {Innermost(exception)}", true),
            HttpRequestError.ConnectionError => new($"connection failed: {Innermost(exception)}", true),
            // Chunks that .NET does not understand have no error of their own; what the network does wrong has a cause, looked at above.
            _ when inBody && exception is HttpRequestException => new($"invalid HTTP answer: {Innermost(exception)}", false),
            _ => new($"fetch failed: {Innermost(exception)}", exception is IOException or HttpRequestException),
        };
    }

    private static FetchFailure OfSocket(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new("connection refused", true),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new("connection reset", true),
        SocketError.HostUnreachable or SocketError.HostDown => new("host unreachable", true),
        SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable => new("network unreachable", true),
        SocketError.TimedOut => new("connect timed out", true, PageOutcome.Timeout),
        _ => new($"connection failed: {OneLine(socket.Message)}", true),
    };

    private static string Innermost(Exception exception) => OneLine(exception.GetBaseException().Message);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
