using System.CommandLine;

namespace RegistryCache.Cli.Options;

/// <summary>An option whose value is one of a few words. The first word is the default.</summary>
internal sealed class ChoiceOption<T> : ValueOption<Chosen<T>>
{
    public ChoiceOption(string name, string description, params (string Word, T Value)[] choices)
        : base(name, string.Join('|', WordsOf(choices)), description, text => Find(name, text, choices))
    {
        Default = choices[0].Word;
        DefaultValueFactory = _ => new Chosen<T>(choices[0].Value);
        CompletionSources.Add(WordsOf(choices));
    }

    // Without LINQ, of which the runtime would compile nine methods for each type of choice at every start.
    private static string[] WordsOf((string Word, T Value)[] choices)
    {
        var words = new string[choices.Length];
        for (var i = 0; i < words.Length; i++)
            words[i] = choices[i].Word;
        return words;
    }

    private static Chosen<T> Find(string name, string text, (string Word, T Value)[] choices)
    {
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return new Chosen<T>(value);
        }

        throw new UsageException(
            $"{name} must be {string.Join(" or ", WordsOf(choices))}, not '{ErrorText.QuoteReference(text)}'.");
    }
}
