namespace RegistryCache.Core.Content;

/// <summary>Why a text could not be parsed, and where.</summary>
/// <param name="Message">What is wrong and what to do, in one sentence without the parsed text.</param>
/// <param name="Position">The offset of the first wrong character in UTF-16 units: 0 to the length of the text.</param>
/// <param name="Length">How many UTF-16 units are wrong; 0 where something is missing.</param>
internal sealed record ParseError(string Message, int Position, int Length = 0);
