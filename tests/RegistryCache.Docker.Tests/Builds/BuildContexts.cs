using System.Formats.Tar;
using System.Text;

namespace RegistryCache.Docker.Tests.Builds;

/// <summary>Lays out the folders that the tests build: the committed Dockerfiles with the static program and the inputs beside them.</summary>
internal sealed class BuildContexts(string home)
{
    /// <summary>BuildKit's estargz has chunks of 4 MiB.</summary>
    private const int LargeFileBytes = 9_500_000;

    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures/source");
    private static readonly string Own = Path.Combine(AppContext.BaseDirectory, "Contexts");

    /// <summary>The build that made the golden fixtures: 11 steps in four stages.</summary>
    public BuildCase Fixture() => new("fixture", Prepare("fixture", Path.Combine(Fixtures, "Dockerfile"), Path.Combine(Fixtures, "src")));

    /// <summary>37 steps with everything that a Dockerfile can say without a base image and a network.</summary>
    public BuildCase Rich() => new("rich", Prepare("rich", Path.Combine(Own, "rich/Dockerfile"), Path.Combine(Own, "rich/src")));

    public BuildCase Platforms() =>
        new("platforms", Prepare("platforms", Path.Combine(Own, "platforms/Dockerfile"), Path.Combine(Own, "rich/src")),
            "--platform", "linux/amd64,linux/arm64");

    /// <summary>What the documented command lines build: its RUN lines need no network option.</summary>
    public BuildCase Documented() =>
        new("documented", Prepare("documented", Path.Combine(Own, "documented/Dockerfile"), Path.Combine(Own, "rich/src")));

    public string Bake()
    {
        var context = Prepare("bake", Path.Combine(Own, "bake/Dockerfile"), Path.Combine(Own, "rich/src"));
        File.Copy(Path.Combine(Own, "bake/docker-bake.hcl"), Path.Combine(context, "docker-bake.hcl"), overwrite: true);
        return context;
    }

    /// <summary>
    /// A hundred steps in ten stages. One single chain would do as well for us, but this BuildKit looks up every layer of every chain
    /// when it imports, which for a hundred links takes minutes.
    /// </summary>
    public BuildCase HundredSteps()
    {
        var text = new StringBuilder();
        for (var stage = 0; stage < 10; stage++)
        {
            text.Append($"FROM scratch AS stage{stage}\nCOPY step /bin/step\n");
            for (var step = 0; step < 8; step++)
            {
                // A step that runs something costs a container. An eighth of them is enough.
                text.Append(step % 8 == 7
                    ? $"RUN [\"/bin/step\",\"out\",\"/file-{stage}-{step}\",\"text {stage} {step}\"]\n"
                    : $"COPY <<END /file-{stage}-{step}\ntext {stage} {step}\nEND\n");
            }
        }

        text.Append("FROM scratch\n");
        for (var stage = 0; stage < 10; stage++)
            text.Append($"COPY --from=stage{stage} /file-{stage}-7 /all/last-{stage}\n");
        for (var stage = 0; stage < 10; stage++)
            text.Append($"COPY --link --from=stage{stage} /file-{stage}-3 /linked/middle-{stage}\n");
        var dockerfile = Path.Combine(home, "hundred.Dockerfile");
        File.WriteAllText(dockerfile, text.ToString());
        return new BuildCase("hundred", Prepare("hundred", dockerfile, Path.Combine(Fixtures, "src")));
    }

    /// <summary>
    /// One of several builds that share their first records and then part, in two stages. United, their caches have several leaves
    /// that reach the same records.
    /// </summary>
    public BuildCase Branch(string name)
    {
        var dockerfile = Path.Combine(home, $"branch-{name}.Dockerfile");
        File.WriteAllText(dockerfile, $"""
            FROM scratch AS base
            COPY step /bin/step
            RUN ["/bin/step","mkdir","/job"]
            RUN ["/bin/step","out","/job/base","the same in every branch"]
            FROM base AS side
            RUN ["/bin/step","out","/job/side","{name}"]
            FROM base
            RUN ["/bin/step","out","/job/main","{name}"]
            COPY --from=side /job/side /job/side
            RUN ["/bin/step","out","/job/last","{name}"]

            """);
        return new BuildCase($"branch-{name}", Prepare($"branch-{name}", dockerfile, Path.Combine(Fixtures, "src")));
    }

    /// <summary>One stage, twelve steps: the shape whose export BuildKit repeats byte for byte.</summary>
    public BuildCase Chain()
    {
        var text = new StringBuilder("FROM scratch\nCOPY step /bin/step\n");
        for (var step = 0; step < 11; step++)
            text.Append($"RUN [\"/bin/step\",\"out\",\"/file-{step}\",\"text {step}\"]\n");
        var dockerfile = Path.Combine(home, "chain.Dockerfile");
        File.WriteAllText(dockerfile, text.ToString());
        return new BuildCase("chain", Prepare("chain", dockerfile, Path.Combine(Fixtures, "src")));
    }

    /// <summary>
    /// One chain of seven layers with what layers can hold: a file of several estargz chunks, directories, both kinds of links and a
    /// removal. In one chain, because a build that takes it out then needs every layer of it.
    /// </summary>
    public BuildCase Layers()
    {
        var build = new BuildCase("layers", Prepare("layers", Path.Combine(Own, "layers/Dockerfile"), Path.Combine(Own, "rich/src")));
        var content = new byte[LargeFileBytes];

        // Something in every chunk that does not compress, and not more, since it is compressed, sent and hashed many times.
        var random = new Random(1);
        for (var start = 0; start < LargeFileBytes; start += 1_000_000)
            random.NextBytes(content.AsSpan(start, 64 << 10));
        File.WriteAllBytes(Path.Combine(build.Context, "src/large"), content);
        return build;
    }

    /// <summary>A base image of one file, which differs by its name.</summary>
    public BuildCase Base(string name) => Write($"base-{name}", $"FROM scratch\nCOPY src/a.txt /{name}\n");

    /// <summary>A build whose file, argument and base image can be chosen. Each is first used by a step of its own.</summary>
    public BuildCase Parted(string name, string file, string word, string image)
    {
        var build = Write($"parted-{name}", """
            ARG BASE
            FROM ${BASE}
            COPY step /bin/step
            RUN ["/bin/step","mkdir","/job"]
            COPY src/a.txt /job/a
            ARG WORD
            RUN ["/bin/step","out","/job/said","the argument is in the environment"]
            RUN ["/bin/step","cat","/job/all","/job/a","/job/said"]

            """);
        File.WriteAllText(Path.Combine(build.Context, "src/a.txt"), file);
        return build.With(build.Name, "--build-arg", $"BASE={image}", "--build-arg", $"WORD={word}");
    }

    private BuildCase Write(string name, string dockerfile)
    {
        var path = Path.Combine(home, $"{name}.Dockerfile");
        File.WriteAllText(path, dockerfile);
        return new BuildCase(name, Prepare(name, path, Path.Combine(Own, "rich/src")));
    }

    private string Prepare(string name, string dockerfile, string sources)
    {
        var context = Path.Combine(home, name);
        Directory.CreateDirectory(Path.Combine(context, "src"));
        File.Copy(dockerfile, Path.Combine(context, "Dockerfile"), overwrite: true);
        File.Copy(Path.Combine(Fixtures, "step"), Path.Combine(context, "step"), overwrite: true);
        MakeExecutable(Path.Combine(context, "step"));
        foreach (var source in Directory.EnumerateFiles(sources))
            File.Copy(source, Path.Combine(context, "src", Path.GetFileName(source)), overwrite: true);
        WriteTar(Path.Combine(context, "src/numbers.tar"));
        return context;
    }

    private static void MakeExecutable(string path)
    {
        const UnixFileMode everyone = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, everyone | UnixFileMode.UserWrite);
    }

    private static void WriteTar(string path)
    {
        using var tar = new TarWriter(File.Create(path), TarEntryFormat.Ustar);
        var entry = new UstarTarEntry(TarEntryType.RegularFile, "numbers.txt")
        {
            ModificationTime = DateTimeOffset.UnixEpoch,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(1, 1000)))),
        };
        tar.WriteEntry(entry);
    }
}
