using Microsoft.Extensions.Options;

namespace OrleansAsync.Hosting;

/// <summary>Checks the settings of a silo process before anything starts.</summary>
[OptionsValidator]
internal sealed partial class SiloOptionsValidator : IValidateOptions<SiloOptions>;
