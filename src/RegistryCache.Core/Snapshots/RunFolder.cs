namespace RegistryCache;

/// <summary>In what folder a step runs, and what of it is recorded.</summary>
public enum RunFolder
{
    /// <summary>The folder is empty when the step runs, so what it holds afterwards is what the step made. What was there before is moved
    /// aside and comes back after the run, except where the step made something of the same name. Only what the step replaced is deleted.
    /// The default.</summary>
    Clean = 0,

    /// <summary>The folder stays as it is, and what is new or changed after the run is recorded. Only for steps that always write all of
    /// their files: a file that the step found up to date and left alone is not recorded.</summary>
    Changes = 1,

    /// <summary>The folder stays as it is, and all that it holds after the run is recorded. Only for folders that are clean
    /// anyway.</summary>
    AsIs = 2,
}
