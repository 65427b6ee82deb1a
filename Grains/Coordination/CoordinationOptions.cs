using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansAsync.Coordination;

/// <summary>How semaphores, locks, queues and their like behave, configured under <c>OrleansAsync:Coordination</c>; the same on all silos.</summary>
public sealed class CoordinationOptions
{
    /// <summary>
    /// Gets or sets how long a process may be silent before what it holds is given to others. Default 15 s, from 1 s to 1 h. It is also how long nothing new is
    /// granted after a silo was lost, so that former holders know that they hold no longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Checks the options at start.</summary>
[OptionsValidator]
internal sealed partial class CoordinationOptionsValidator : IValidateOptions<CoordinationOptions>;
