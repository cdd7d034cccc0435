using Microsoft.Extensions.Options;
using RegistryCache.Oci;

namespace RegistryCache.Hosting.Composition;

/// <summary>Finds every fault of the settings at once.</summary>
internal sealed class SettingsValidator(string cache) : IValidateOptions<RegistryCacheSettings>
{
    public ValidateOptionsResult Validate(string? name, RegistryCacheSettings options)
    {
        if (name != cache)
            return ValidateOptionsResult.Skip;
        var settings = new SettingsReader(options);
        settings.Registry(new RegistryClientOptions());
        settings.Directories(new OciLayoutOptions());
        settings.Layers();
        settings.Export();
        settings.Limits();
        settings.LocalBlobs();
        settings.Credentials();
        return settings.Faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(settings.Faults);
    }
}
