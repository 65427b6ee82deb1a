using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>The URLs a crawl begins with: arguments, and the lines of a file.</summary>
internal sealed class SeedSource : IDisposable
{
    private const int BatchSize = 1000;

    private readonly ImmutableArray<string> _arguments;
    private readonly TextReader? _file;
    private readonly string? _name;

    private SeedSource(ImmutableArray<string> arguments, TextReader? file, string? name) => (_arguments, _file, _name) = (arguments, file, name);

    /// <summary>Checks the arguments and opens the file.</summary>
    /// <param name="arguments">URLs, each of which must be one.</param>
    /// <param name="file">The file; <c>-</c> is stdin.</param>
    /// <exception cref="ProgramException">An argument is no URL, or the file cannot be read.</exception>
    public static SeedSource Open(ImmutableArray<string> arguments, string? file)
    {
        foreach (var argument in arguments)
            if (!CrawlUrl.TryParse(argument, out _, out var reason))
                throw ProgramException.Input($"'{argument}' cannot be crawled: {reason}");
        try
        {
            return new SeedSource(arguments, file switch { null => null, "-" => Console.In, _ => new StreamReader(file) }, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ProgramException.Input($"cannot read --urls-file '{file}': {(exception is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : exception.Message.TrimEnd('.'))}", exception);
        }
    }

    /// <summary>Gives the URLs in batches; blank lines are left out.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async IAsyncEnumerable<ImmutableArray<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = ImmutableArray.CreateBuilder<string>();
        batch.AddRange(_arguments);
        while (await NextAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            batch.Add(line.Trim());
            if (batch.Count >= BatchSize) yield return batch.DrainToImmutable();
        }

        if (batch.Count > 0) yield return batch.DrainToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private async ValueTask<string?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _file is null ? null : await _file.ReadLineAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw ProgramException.Input($"cannot read --urls-file '{_name}': {exception.Message.TrimEnd('.')}", exception);
        }
    }
}
