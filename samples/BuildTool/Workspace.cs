using System.Text;
using RegistryCache;

namespace BuildTool;

/// <summary>
/// The sources of a small program and the tasks that build it: compile each file, link, test. The "compiler" removes comments, so a
/// changed comment gives the same object.
/// </summary>
internal sealed class Workspace(string sources, string output)
{
    public async Task<IReadOnlyList<BuildTask>> PlanAsync(BuildSession session, CancellationToken cancellationToken)
    {
        var compiles = new List<BuildTask>();
        foreach (var file in Directory.GetFiles(sources, "*.src").Order(StringComparer.Ordinal))
            compiles.Add(await CompileAsync(session, file, cancellationToken));

        var link = new BuildTask(
            "link",
            compiles.Aggregate(CacheStep.Define("sample.link.v1").With("format", "text"), (step, c) => step.Reading(c.Step)),
            Path.Combine(output, "bin"),
            compiles,
            () => WriteAsync("bin/program.txt",
                string.Concat(compiles.Select(c => File.ReadAllText(Path.Combine(c.Output, c.Name + ".o"))))));
        var test = new BuildTask(
            "test",
            CacheStep.Define("sample.test.v1").Reading(link.Step),
            Path.Combine(output, "report"),
            [link],
            () => WriteAsync("report/result.txt",
                $"{File.ReadAllLines(Path.Combine(output, "bin/program.txt")).Length} lines, all good\n"));
        return [.. compiles, link, test];
    }

    #region compile
    private async Task<BuildTask> CompileAsync(BuildSession session, string file, CancellationToken cancellationToken)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var source = session.Content(await ContentDigest.OfFileAsync(file, cancellationToken: cancellationToken));
        return new BuildTask(
            name,
            CacheStep.Define("sample.compile.v1").With("name", name).With("compiler", "1.0").Reading(source),
            Path.Combine(output, "obj", name),
            [],
            () => WriteAsync($"obj/{name}/{name}.o", Compile(File.ReadLines(file))));
    }
    #endregion

    private static string Compile(IEnumerable<string> lines)
    {
        var code = new StringBuilder();
        foreach (var line in lines.Where(l => !l.StartsWith('#')))
            code.Append(line.ToUpperInvariant()).Append('\n');
        return code.ToString();
    }

    private async Task WriteAsync(string path, string content)
    {
        // Simulates work that is worth caching.
        await Task.Delay(50);
        var full = Path.Combine(output, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        await File.WriteAllTextAsync(full, content);
    }
}
