# Completion of registry-cache for PowerShell. In $PROFILE:  registry-cache completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName registry-cache -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $position = $cursorPosition - $commandAst.Extent.StartOffset
    $line = $commandAst.ToString().PadRight($position).Substring(0, $position)
    # After a comma, PowerShell replaces only what follows it, but the proposals are whole words.
    $typed = $line -replace '^.*\s'
    $kept = $typed.Length - [Math]::Min($typed.Length, $wordToComplete.Length)
    registry-cache "[suggest:$position]" $line 2>$null | ForEach-Object {
        $rest = if ($_.StartsWith($typed)) { $_.Substring($kept) } else { $_ }
        [System.Management.Automation.CompletionResult]::new($rest, $_, 'ParameterValue', $_)
    }
}
