using System.Text;

namespace RegistryCache.Cli.Output;

/// <summary>
/// All text goes to standard output and standard error through this writer. Text of caches, registries and file names is foreign: a
/// line that a command writes stays one line, and no character in it can control the terminal. Only <see cref="Write(char)"/> of a line
/// feed starts a new line.
/// </summary>
internal sealed class CleanWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value is '\n' ? "\n" : ErrorText.Clean(value.ToString()));

    public override void Write(string? value) => inner.Write(ErrorText.Clean(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => inner.WriteLine(ErrorText.Clean(value));

    public override void WriteLine() => inner.WriteLine();

    public override void Flush() => inner.Flush();
}
