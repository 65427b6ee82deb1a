namespace OrleansAsync.Hosting;

/// <summary>The program ends for a reason its user can mend, such as a wrong option or a cluster that does not answer; the message is the one line to show.</summary>
internal sealed class ProgramException : Exception
{
    private ProgramException(string message, bool isInput, Exception? inner)
        : base(message, inner) => IsInput = isInput;

    /// <summary>Gets whether something the user gave is wrong (exit code 2) rather than the surroundings (exit code 1).</summary>
    public bool IsInput { get; }

    /// <summary>Makes the error for a wrong option, setting or file.</summary>
    /// <param name="message">One line: what, which, and the remedy.</param>
    /// <param name="inner">The cause, if any.</param>
    /// <returns>The exception to throw.</returns>
    public static ProgramException Input(string message, Exception? inner = null) => new(message, true, inner);

    /// <summary>Makes the error for surroundings that do not work, such as a cluster that does not answer.</summary>
    /// <param name="message">One line: what, which, and the remedy.</param>
    /// <param name="inner">The cause, if any.</param>
    /// <returns>The exception to throw.</returns>
    public static ProgramException Failure(string message, Exception? inner = null) => new(message, false, inner);
}
