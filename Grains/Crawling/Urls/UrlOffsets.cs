namespace OrleansAsync.Crawling;

/// <summary>Where the parts of a serialized URL begin.</summary>
/// <param name="Host">Index of the host.</param>
/// <param name="HostEnd">Index behind the host.</param>
/// <param name="Path">Index of the slash that starts the path.</param>
/// <param name="Query">Index of the question mark, or the length of the text.</param>
/// <param name="Port">The effective port.</param>
internal readonly record struct UrlOffsets(int Host, int HostEnd, int Path, int Query, int Port);
