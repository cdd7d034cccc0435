namespace BuildTool;

/// <summary>How many tasks were run, restored, and restored because what they read came out the same.</summary>
internal sealed record BuildResult(int Ran, int Restored, int CutOff);
