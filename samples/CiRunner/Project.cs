using System.IO.Compression;

namespace CiRunner;

/// <summary>A small library and the folder of packages that it is restored from, instead of a package registry.</summary>
internal static class Project
{
    /// <summary>Writes the project, without a lock file.</summary>
    public static void Write(string directory, string properties, params (string Id, string Version)[] packages)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(packages.Select(p => $"""<PackageReference Include="{p.Id}" Version="{p.Version}" />"""))}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(directory, "App.cs"), "public static class App { public static int Answer => 42; }");
        File.WriteAllText(Path.Combine(directory, "nuget.config"), """
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="../feed" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>Makes a package with a megabyte of content.</summary>
    public static void Pack(string feed, string id, string version)
    {
        Directory.CreateDirectory(feed);
        using var package = ZipFile.Open(Path.Combine(feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var text = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open()))
        {
            text.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata><id>{id}</id><version>{version}</version><authors>acme</authors><description>sample</description></metadata>
                </package>
                """);
        }

        using var content = package.CreateEntry("content/data.bin").Open();
        content.Write(new byte[1 << 20]);
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
