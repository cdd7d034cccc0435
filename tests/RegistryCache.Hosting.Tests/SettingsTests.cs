using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RegistryCache.Hosting.Composition;
using RegistryCache.Oci;

namespace RegistryCache.Hosting.Tests;

/// <summary>Settings from a configuration, and what is wrong with them.</summary>
internal sealed class SettingsTests
{
    [Test]
    public void Every_plain_option_has_a_setting_that_reaches_it()
    {
        Assert.Multiple(() =>
        {
            Reaches(s => s.Registry, s => new SettingsReader(s).Registry(new RegistryClientOptions()), new RegistryClientOptions());
            Reaches(s => s.Directories, s => new SettingsReader(s).Directories(new OciLayoutOptions()), new OciLayoutOptions());
            Reaches(s => s.Layers, s => new SettingsReader(s).Layers(), new LayerOptions());
            Reaches(s => s.Export, s => new SettingsReader(s).Export(), new CacheExportOptions());
            Reaches(s => s.Limits, s => new SettingsReader(s).Limits(), CacheFormatLimits.Default);
        });
    }

    [Test]
    public void A_configuration_sets_what_it_names_and_nothing_else()
    {
        var settings = Read(
            """
            {
              "Registry": {
                "StallTimeout": "00:00:30", "MaxConnectionsPerHost": 4, "Proxy": "http://proxy.example:3128/",
                "TrustedTokenHosts": ["auth.example", "login.example"], "PlainHttpHosts": ["registry.internal:5000"]
              },
              "Credentials": [
                { "Registry": "ghcr.io", "Username": "bot", "Password": "secret-1" },
                { "Registry": "registry.internal:5000", "Token": "secret-2" }
              ],
              "Export": { "Oversize": "Trim", "MergeWithExisting": true },
              "LocalBlobs": { "Directory": "blobs", "MaxBytes": 1000 }
            }
            """);
        var reader = new SettingsReader(settings);
        var registry = reader.Registry(new RegistryClientOptions());
        var credentials = reader.Credentials();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reader.Faults, Is.Empty);
            Assert.That(registry.StallTimeout, Is.EqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(registry.MaxConnectionsPerHost, Is.EqualTo(4));
            Assert.That(registry.MaxAttempts, Is.EqualTo(new RegistryClientOptions().MaxAttempts));
            Assert.That(registry.TrustedTokenHosts, Is.EqualTo(new[] { "auth.example", "login.example" }));
            Assert.That(registry.Proxy!.GetProxy(new Uri("https://ghcr.io/")), Is.EqualTo(new Uri("http://proxy.example:3128/")));
            Assert.That(registry.UsePlainHttp!("REGISTRY.internal:5000"), Is.True);
            Assert.That(registry.UsePlainHttp("ghcr.io"), Is.Null);
            Assert.That(credentials["ghcr.io"], Is.EqualTo(RegistryCredential.FromPassword("bot", "secret-1")));
            Assert.That(credentials["registry.internal:5000"], Is.EqualTo(RegistryCredential.FromRegistryToken("secret-2")));
            Assert.That(reader.Export(), Is.EqualTo(new CacheExportOptions { Oversize = OversizePolicy.Trim, MergeWithExisting = true }));
            Assert.That(reader.LocalBlobs(), Is.EqualTo(("blobs", 1000L)));
        }
    }

    [Test]
    public async Task Every_fault_is_reported_at_once_when_the_host_starts()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRegistryCache(Json(
            """
            {
              "Registry": {
                "MaxAttempts": 0, "StallTimeout": "soon", "RetyDelay": "00:00:01", "CertificateAuthorityFiles": ["no-such.pem"]
              },
              "Credentials": [
                { "Username": "bot", "Password": "secret-1" },
                { "Registry": "ghcr.io" },
                { "Registry": "docker.io", "Username": "a", "Password": "secret-1" },
                { "Registry": "docker.io", "Username": "b", "Password": "secret-1" }
              ],
              "Layers": { "MaxRatio": -1 },
              "LocalBlobs": { "MaxBytes": 0 },
              "Regstry": { "MaxAttempts": 3 }
            }
            """));
        using var host = builder.Build();

        var error = Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())!;

        var faults = error.Failures.ToList();
        TestContext.Out.WriteLine(string.Join('\n', faults));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults, Has.One.EqualTo("Registry:MaxAttempts is 0; it must be at least 1."));
            Assert.That(faults, Has.One.StartsWith("Registry:StallTimeout cannot be read: ").And.Contains("soon"));
            Assert.That(faults, Has.One.EqualTo("Registry:RetyDelay is not the name of a setting."));
            Assert.That(faults, Has.One.EqualTo("Regstry:MaxAttempts is not the name of a setting."));
            Assert.That(faults, Has.One.StartsWith("Registry:CertificateAuthorityFiles has 'no-such.pem', which cannot be read: "));
            Assert.That(faults, Has.One.StartsWith("Credentials:0:Registry is missing."));
            Assert.That(faults, Has.One.StartsWith("Credentials:1 needs either Username and Password, or Token."));
            Assert.That(faults, Has.One.StartsWith("Credentials:3:Registry is 'docker.io', which an earlier one has too."));
            Assert.That(faults, Has.One.EqualTo("Layers:MaxRatio is -1; it must be at least 1."));
            Assert.That(faults, Has.One.EqualTo("LocalBlobs:MaxBytes is 0; it must be at least 1."));
            Assert.That(faults, Has.Count.EqualTo(10));
            Assert.That(error.Message, Does.Not.Contain("secret-1"));
        }

        await host.StopAsync();
    }

    [Test]
    public void Two_settings_that_contradict_are_reported_with_the_others()
    {
        var result = new SettingsValidator("").Validate("", Read(
            """{ "Registry": { "RetryDelay": "00:00:10", "MaxRetryDelay": "00:00:05", "MaxAttempts": 0 } }"""));

        Assert.That(result.Failures, Is.EquivalentTo(new[]
        {
            "Registry:MaxAttempts is 0; it must be at least 1.", "Registry:MaxRetryDelay is 00:00:05; it must be at least RetryDelay.",
        }));
    }

    [Test]
    public void A_credential_that_is_not_whole_is_a_fault_and_the_same_one_twice_is_none()
    {
        var result = new SettingsValidator("").Validate("", Read(
            """
            {
              "Credentials": [
                { "Registry": "ghcr.io", "Username": "bot" },
                { "Registry": "quay.io", "Token": "secret-1", "Password": "secret-2" },
                { "Registry": "docker.io", "Username": "a", "Password": "secret-1" },
                { "Registry": "docker.io", "Username": "a", "Password": "secret-1" }
              ]
            }
            """));

        Assert.That(result.Failures, Is.EqualTo(new[]
        {
            "Credentials:0 needs either Username and Password, or Token.", "Credentials:1 needs either Username and Password, or Token.",
        }));
    }

    [Test]
    public void A_container_without_a_host_reports_faults_when_the_cache_is_asked_for()
    {
        var services = new ServiceCollection();
        services.AddRegistryCache(settings => settings.Registry.MaxConnectionsPerHost = 0);
        using var provider = services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<BuildCache>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Registry:MaxConnectionsPerHost"));
    }

    private static IConfiguration Json(string text) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))).Build();

    private static RegistryCacheSettings Read(string text)
    {
        var settings = new RegistryCacheSettings();
        SettingsBinder.Bind(Json(text), settings);
        return settings;
    }

    // Each setting is changed alone; the option of the same name must differ then, and nothing else.
    private static void Reaches<TOptions, TSettings>(
        Func<RegistryCacheSettings, TSettings> part, Func<RegistryCacheSettings, TOptions> read, TOptions defaults)
        where TOptions : notnull
        where TSettings : notnull
    {
        var options = typeof(TOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.SetMethod is not null && IsPlain(Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType)).ToList();
        Assert.That(options, Is.Not.Empty);
        foreach (var option in options)
        {
            var setting = typeof(TSettings).GetProperty(option.Name);
            Assert.That(setting, Is.Not.Null, $"{typeof(TSettings).Name} has no {option.Name}.");
            var settings = new RegistryCacheSettings();
            var before = option.GetValue(defaults);
            setting!.SetValue(part(settings), Other(before, Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType, option.Name));
            var after = read(settings);
            Assert.That(option.GetValue(after), Is.EqualTo(setting.GetValue(part(settings))), option.Name);
            foreach (var other in options.Where(o => o != option))
                Assert.That(other.GetValue(after), Is.EqualTo(other.GetValue(defaults)), $"{other.Name} after {option.Name}");
        }
    }

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(TimeSpan) || type == typeof(string);

    private static object Other(object? value, Type type, string name) => value switch
    {
        bool flag => !flag,
        int number => name is "MaxRetryDelay" ? number : number + 1 > 16 && name == "ParallelRanges" ? 16 : name == "ParallelRanges" ? 7 : number + 1,
        long number => number + 1,
        TimeSpan time => name is "RetryDelay" or "MaxClockSkew" or "MergeSettleTime" ? time / 2 : time + TimeSpan.FromSeconds(1),
        string text => text + "x",
        Enum => Enum.GetValues(type).Cast<object>().First(v => !v.Equals(value)),
        null when type == typeof(string) => "x",
        _ => Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture),
    };
}
