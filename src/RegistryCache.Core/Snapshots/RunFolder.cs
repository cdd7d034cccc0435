namespace RegistryCache;

/// <summary>How the folder of a step is prepared for a run, and what of it is recorded.</summary>
public enum RunFolder
{
    /// <summary>The default: the folder is empty when the step runs, so all that it holds afterwards was made by the step. Its earlier
    /// content is moved to another place and back after the run. What has the same name as something new is deleted.</summary>
    Clean = 0,

    /// <summary>The folder stays as it is, and what is new or changed after the run is recorded. Only for steps that write all of their
    /// files in every run: a file that the step does not write again is not recorded.</summary>
    Changes = 1,

    /// <summary>The folder stays as it is, and all that it holds after the run is recorded. Only for folders without other files.</summary>
    AsIs = 2,
}
