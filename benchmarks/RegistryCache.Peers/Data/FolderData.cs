namespace RegistryCache.Peers.Data;

/// <summary>A folder of real files, those of the .NET installation again and again, or of many small ones.</summary>
internal static class FolderData
{
    /// <summary>Copies files into the directory.</summary>
    /// <returns>How many bytes it then has.</returns>
    public static long Write(string directory, long bytes)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var installation = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var files = Directory.GetFiles(installation, "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        Array.Sort(files, StringComparer.Ordinal);
        long written = 0;
        for (var round = 0; written < bytes; round++)
        {
            foreach (var file in files.TakeWhile(_ => written < bytes))
            {
                var target = Path.Combine(directory, $"round{round}", Path.GetRelativePath(installation, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
                written += new FileInfo(target).Length;
            }
        }

        return written;
    }

    /// <summary>Writes such a folder into the context of a build that copies only it.</summary>
    /// <returns>The context, and the folder in it.</returns>
    public static (string Context, string Folder) WriteContext(string directory, long bytes)
    {
        var context = Path.Combine(directory, "context");
        var folder = Directory.CreateDirectory(Path.Combine(context, "folder")).FullName;
        Write(folder, bytes);
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM scratch\nCOPY folder /folder\n");
        return (context, folder);
    }

    /// <summary>Writes small files, 1 to 4 KB each, 25 in each directory.</summary>
    public static void WriteSmall(string directory, int files)
    {
        var random = new Random(1);
        var content = new byte[4096];
        random.NextBytes(content);
        for (var i = 0; i < files; i++)
        {
            var target = Path.Combine(directory, $"a{i / 1250}", $"b{i / 25}", $"file{i}");
            if (i % 25 == 0)
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, content.AsSpan(0, random.Next(1024, content.Length)));
        }
    }

    /// <summary>Writes files of 1 to 39 KB, 20 on average, 25 in each directory: pieces of the files of the .NET installation.</summary>
    public static void WriteMany(string directory, int files)
    {
        var random = new Random(1);
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        byte[] content = [.. Directory.GetFiles(runtime, "*.dll").Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
        for (var i = 0; i < files; i++)
        {
            var target = Path.Combine(directory, $"a{i / 1250}", $"b{i / 25}", $"file{i}");
            if (i % 25 == 0)
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var length = random.Next(1_000, 39_000);
            File.WriteAllBytes(target, content.AsSpan(random.Next(content.Length - length), length));
        }
    }
}
