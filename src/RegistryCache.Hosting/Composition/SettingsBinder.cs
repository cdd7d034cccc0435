using Microsoft.Extensions.Configuration;

namespace RegistryCache.Hosting.Composition;

/// <summary>Reads settings from a configuration, each by itself: one that cannot be read does not hide the others.</summary>
internal static class SettingsBinder
{
    public static void Bind(IConfiguration section, RegistryCacheSettings settings)
    {
        var values = section.AsEnumerable(makePathsRelative: true).Where(v => v.Value is not null);
        foreach (var setting in values.OrderBy(v => v.Key, ConfigurationKeyComparer.Instance).GroupBy(v => NameOf(v.Key)))
        {
            var alone = new ConfigurationBuilder().AddInMemoryCollection(setting).Build();
            try
            {
                alone.Bind(settings, static options => options.ErrorOnUnknownConfiguration = true);
            }
            catch (InvalidOperationException)
            {
                settings.Faults.Add($"{ErrorText.Quote(setting.Key)} {WhyNot(alone)}");
            }
        }
    }

    // What is wrong with the value is wrong without the check of names too.
    private static string WhyNot(IConfiguration alone)
    {
        try
        {
            alone.Bind(new RegistryCacheSettings());
            return "is not the name of a setting.";
        }
        catch (InvalidOperationException e)
        {
            return $"cannot be read: {ErrorText.Sentence(e.Message)}";
        }
    }

    // Registry:MaxAttempts, Registry:TrustedTokenHosts with all its hosts, Credentials:0 with all its parts.
    private static string NameOf(string path) => string.Join(':', path.Split(':').Take(2));
}
