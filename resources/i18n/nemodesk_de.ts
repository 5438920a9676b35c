<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>Über NemoDesk</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>Freie Software unter der Apache-Lizenz, Version 2.0.</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>Version {0}.</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Gebaut mit</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>Deine Chats bleiben auf diesem Computer. Nichts, was du schreibst, wird irgendwohin gesendet.</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>NemoDesk zählt nichts und meldet nichts über dich.</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>Es verbindet sich nur dann mit dem Internet, wenn du es willst.</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>Lizenzen der Bibliotheken</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>Vorige Version</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Version</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Neu schreiben</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>Von hier in einem neuen Chat weitermachen</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>keine Grafikkarte</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>Dein Computer: %1, %2 Speicher, %3.</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1 (teilt sich den Speicher)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>ein unbekannter Prozessor</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1, was NemoDesk noch nicht verwenden kann</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>Gilt ab deiner nächsten Nachricht. Das Modell wird dafür neu geladen.</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>Gilt ab deiner nächsten Nachricht.</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>%1 Token fassen etwa %2 Wörter und brauchen %3 Speicher.</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>Bis zu %1 passen jetzt auf diesen Computer.</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>Wähle weniger, sonst kann das Modell nicht geladen werden.</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>Deine Auswahl wurde ersetzt</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>Sie war nicht als Vorgabe gespeichert.</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>Zurückholen</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>Angehängte Dateien</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>%1 ist angehängt.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>Den Text in die Nachricht übernehmen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>Eingefügter Text</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>Speichern unter</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>Liest …</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1: %2 ohne Text, die das Modell nicht lesen kann.</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>Liest … %1 von %2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 Seite</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 Wort</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>Dieses Modell kann keine Bilder sehen: Es erfährt nur den Namen.</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 Seiten</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1 Wörter</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>Alles sichern</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>Eine Passphrase versiegelt die Sicherung: Ohne sie kann niemand sie öffnen, und eine verlorene kann niemand zurückholen. Ohne Passphrase kann jeder, der die Datei hat, deine Chats lesen.</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>Ort wählen …</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>Passphrase, wenn du magst</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>Noch einmal dieselbe</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>Auch Schlüssel darin aufbewahren</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>Etwa den Schlüssel für Hugging Face. Nur mit Passphrase.</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>Eine Passphrase braucht mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Die beiden sind nicht gleich.</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>Wird gerade gezeigt</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>Mehr zeigen</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>Ordner löschen, seine Chats behalten</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Zurück zu den Chats verschieben</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Nicht mehr anheften</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner verschieben</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner …</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>Aus dem Ordner nehmen</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>Titel des Chats</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>Name des Ordners</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>Temporär</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>Ordner %1, zugeklappt</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>Ordner %1</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>„%1“ ist im Archiv.</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>Die Chats sind im Archiv (%1).</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>„%1“ wurde gelöscht.</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>Die Chats wurden gelöscht (%1).</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>Der Ordner „%1“ wurde gelöscht. Seine Chats sind noch da.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>Lass die Dateien hier los, um sie anzuhängen</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>Chat-Menü</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>Chats zeigen</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>Temporärer Chat</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>Das Modell wird geladen … %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>Liest … %1 von %2 Token</translation>
    </message>
</context>
<context>
    <name>ChatSettings</name>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest; more is more varied.</source>
        <translation>Wie frei Wörter gewählt werden. 0 nimmt immer das wahrscheinlichste; mehr wird abwechslungsreicher.</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>Behält die wahrscheinlichsten Wörter, die zusammen diesen Anteil ausmachen. 1 behält alle.</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>Lässt Wörter weg, die weit unwahrscheinlicher sind als das wahrscheinlichste. 0 behält alle.</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>Behält so viele der wahrscheinlichsten Wörter. 0 behält alle.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>Derselbe Startwert und dieselbe Frage ergeben wieder dieselbe Antwort.</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>Höchstzahl neuer Token</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>Wie lang eine Antwort werden darf. 100 Token sind etwa 75 Wörter. Leer: Das Modell hört von selbst auf.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Kontextlänge</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>Wie viel vom Chat das Modell behalten kann, in Token. Leer: NemoDesk wählt, was dieser Computer bequem schafft.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation>Chat-Einstellungen</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Wird gerade gezeigt</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>Chat-Einstellungen</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>Chat-Einstellungen schließen</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>Wofür diese Auswahl gilt</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Dieser Chat</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>Jeder Chat mit diesem Modell</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alles zurücksetzen</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>Wie Wörter gewählt werden</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>Wie mit dem Modell gesprochen wird</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation>Alle prüfen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>Deine Modelle werden geprüft</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>Geprüfte Modelle</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>Liest jede Modelldatei ganz und vergleicht sie mit dem, was sie sein muss. Große Modelle brauchen einige Minuten.</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation>Datei anhängen</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>Wähle ein Modell, um anzufangen</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>Eine Datei wird noch gelesen.</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>Womit Verbindung aufgenommen wird</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>Der Hub</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>Dein Schlüssel</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>NemoDesk verbindet sich mit %1 und mit den Servern, die dort für die Dateien genannt werden, und nur, wenn du nach Modellen suchst, ihre Einzelheiten ansiehst oder eines herunterlädst. Mit nichts anderem, und nie mit deinen Chats.</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>Anfang zusammenfassen</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>Längeren Kontext nehmen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>Zusammenfassung stoppen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>%1 Tausend statt %2. Das Modell wird dafür neu geladen.</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation>%1 von %2 Tausend</translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation>etwa %1 von %2 Tausend</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>Wie viel von dem belegt ist, was das Modell auf einmal lesen kann, in Tausend Wortstücken. Drücke für Einzelheiten.</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>Dieser Chat wird zu lang für das Modell. Ab deiner nächsten Nachricht liest es den Anfang nicht mehr; eine Linie im Chat zeigt, bis wohin.</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>Deine Nachricht ist zu lang für das Modell: Sie hat %1 Wortstücke (Token), und es ist Platz für %2. Kürze sie, oder lass das Modell einen längeren Kontext nehmen.</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>Um fortzufahren, liest das Modell den Anfang dieses Chats nicht mehr.</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>Das Modell wird geladen … %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>Das Modell liest den Chat … %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>Das Modell schreibt eine Zusammenfassung des Anfangs. Deine Nachrichten bleiben.</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>Zusammenfassung des bisherigen Chats</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>Was das Modell liest</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>Das sind Schätzungen, bis das Modell geladen ist.</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>Mit jeder Nachricht liest das Modell den Chat aufs Neue. Es kann %1 Wortstücke (Token) auf einmal fassen, etwa %2 englische Wörter.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>Zusammenfassung des Anfangs</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Anhänge</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Deine Nachricht</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>Antwort bisher</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>Frei gehalten für die Antwort</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>Die Auswahl wird nachgesehen</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>Auswahl von %1</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
</context>
<context>
    <name>DownloadItem</name>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1 wartet auf das Netz</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>Es wird von selbst erneut versucht.</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Download zeigen</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>%1 wurde nicht heruntergeladen</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>%1 ist da</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>Es wurde geprüft und kann jetzt verwendet werden, auch im offenen Chat.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>Wartet auf das Netz</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>Da und geprüft</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>Keine Downloads</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>Modelle, die du herunterlädst, stehen hier, während sie ankommen.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Ein Modell finden</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>Nach einer Unterbrechung geht es weiter, und was ankommt, wird geprüft.</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>Schreib deinen Wiederherstellungsschlüssel auf</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>Er öffnet deine Chats, wenn der Schlüsselbund oder das Passwort verloren ist. Ohne ihn sind sie dann verloren, und niemand kann helfen. Bewahre ihn auf Papier auf oder auf einem anderen Gerät.</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>Meine Chats verschlüsseln</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>Gib zwei seiner Gruppen ein, damit er auf deinem Zettel richtig steht:</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>Passwort (darf leer bleiben)</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>Dieser Computer hat keinen Schlüsselbund, der den Schlüssel aufbewahren könnte. Darum muss bei jedem Start ein Passwort deine Chats öffnen.</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>Ohne Passwort öffnen sich deine Chats von selbst, solange du an diesem Computer angemeldet bist. Mit Passwort fragt NemoDesk bei jedem Start danach.</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>Gruppe %1 stimmt nicht. Vergleiche sie mit dem, was oben steht.</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>Meine Chats verschlüsseln …</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>Verschlüsselung ausschalten …</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>Wiederherstellungsschlüssel zeigen</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>Deine Chats werden verschlüsselt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>Verschlüsselung ausschalten?</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>Wer die Dateien dieses Computers lesen kann, kann dann auch deine Chats lesen. Wiederherstellungsschlüssel und Passwort werden nicht mehr gebraucht.</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>Verschlüsselung ausschalten</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>Alles löschen?</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>Alle Chats, Anhänge und ihre Kopien, alle Einstellungen, Schlüssel und Passwörter und die Protokolle werden endgültig gelöscht, und NemoDesk schließt sich. Die Modelle bleiben. SSDs behalten alte Blöcke vielleicht noch eine Weile.</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>Alles löschen</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>LÖSCHEN</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Gib %1 ein, um fortzufahren</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>Gib zuerst das Wort %1 ein.</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>Das geht hier nicht</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>Das gibt es nicht mehr</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>Nicht genug Speicher</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>Der Chat ist zu lang</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Keine Verbindung</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>Dieses Modell ist nicht verwendbar</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>Diese Datei ist nicht lesbar</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>Die Engine hatte ein Problem</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>Das Speichern hat nicht geklappt</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation>Importierte Chats: %1.</translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation>Schon da: %1.</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>Ausgelassen: %1.</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>Es wurde vor dem Ende gestoppt.</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>Und %1 weitere.</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1 (%2) ist nicht auf diesem Computer. Du findest es unter Modelle.</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>Erstellt am %1 von %2.</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>Chats: %1. Nachrichten: %2. Einstellungen: %3. Schlüssel: %4. Modelle in der Liste: %5.</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>Alles wird so, wie es in der Sicherung war. Andere Chats kommen in den Papierkorb, und andere Einstellungen werden auf die Standardwerte gesetzt.</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>Was hier ist, wird zuerst gesichert.</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>Chats von NemoDesk</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>Als .html, .md, .json oder .jsonl exportieren</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>Wo deine Chats liegen sollen</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>Deine Chats werden exportiert</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>In dieser Datei ist 1 Chat:</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>%1 Chats:</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>Exportiert</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>Zu importierende Chats</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>Chats (*.json *.jsonl *.zip *.nemodesk);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>Chats werden importiert</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>Wo die Sicherung liegen soll</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>Alles wird gesichert</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>Die Sicherung ist fertig.</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>Sicherungen von NemoDesk (*.nemodesk);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>Die Sicherung zum Wiederherstellen</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>Die Sicherung wird gelesen</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>Die Sicherung wird wiederhergestellt</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>Was vorher hier war, liegt in %1.</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>Etwas anderes läuft noch. Warte, bis es zu Ende ist.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>Zurücksetzen: %1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>Nichts. Zum Beispiel: Antworte kurz.</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>Was dem Modell vor deiner ersten Nachricht gesagt wird: wer es sein und wie es schreiben soll.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Nachdenken</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>Wie das Modell will</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Erst nachdenken</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>Sofort antworten</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>Nachdenken macht schwierige Antworten besser und jede Antwort langsamer.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>Wie Nachrichten für das Modell zusammengesetzt werden, in Jinja. Geleert gilt wieder die des Modells.</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>Deine Wahl für jeden Chat mit diesem Modell.</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>Empfohlen</translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation>Empfohlen für dieses Modell: %1.</translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation>Das ist nicht die des Modells.</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>Das ist die des Modells.</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>Modelldatei öffnen</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>Modelldateien (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>Kein Modell des Katalogs passt gut auf diesen Computer. Das Startmodell passt, und unter Modelle kannst du eine eigene Modelldatei öffnen.</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 herunterzuladen</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>braucht %1 Speicher</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>Bis es da ist, antwortet das Startmodell. Deine Chats bleiben.</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>Du kannst chatten, sobald es da ist.</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>%1 ist unterwegs</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Download zeigen</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation>Verschieben …</translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation>Deine Modelle ziehen um</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>Endgültig löschen …</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>Papierkorb leeren …</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Zurück zu den Chats verschieben</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>Hoher Kontrast gibt allem klare Ränder.</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>Das richtige Modell</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>Die Willkommensseite sieht sich diesen Computer an und nennt das beste Modell für ihn.</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>Willkommensseite noch einmal zeigen</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>Wo deine Einstellungen sind</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>Hugging Face wird gefragt</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>„{0}“ bei Hugging Face suchen</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>„{0}“ bei Hugging Face</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>Dort heißt nichts so. Versuche es mit weniger oder anderen Wörtern.</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>Darin ist keine Modelldatei, die NemoDesk laden kann.</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>Zum Ende springen</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>Manche Modelle bekommt nur, wer bei Hugging Face ihre Lizenz angenommen hat. Ein Schlüssel („Access Token“) deines Kontos dort öffnet sie. „Read“ genügt.</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>Schlüssel hinzufügen …</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>Schlüssel ersetzen …</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>Schlüssel entfernen …</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>Ein Schlüssel ist hinterlegt.</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>Es gibt keinen Schlüssel.</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>Den Schlüssel entfernen?</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>Modelle, die ihn brauchen, lassen sich dann nicht herunterladen. Der Schlüssel selbst bleibt gültig.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation>Der Schlüssel für Hugging Face</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>Schlüssel aufbewahren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>Kopiere ihn bei Hugging Face von der Seite „Access Tokens“ deines Kontos.</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>Das ist kein Schlüssel: Er enthält Leerzeichen oder andere fremde Zeichen.</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>Dein Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>Wer ihn hat, kann deine Chats lesen. Bewahre ihn auf Papier auf oder auf einem anderen Gerät.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>Mit leeren Chats anfangen …</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>Mit leeren Chats anfangen?</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>Ohne Passwort und Wiederherstellungsschlüssel kann niemand deine Chats lesen, auch du nicht. Ihre Datei wird neben der neuen aufbewahrt, falls der Wiederherstellungsschlüssel wieder auftaucht.</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>Mit leeren Chats anfangen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>Passwort verwenden</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>Wiederherstellungsschlüssel verwenden</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>Schlüsselbund noch einmal fragen</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>Versuche es in %1 s noch einmal.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen …</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>Der Schlüsselbund gibt den Schlüssel nicht heraus.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Deine Chats sind verschlüsselt</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>Der Schlüsselbund dieses Computers gibt ihren Schlüssel nicht heraus. Entsperre den Schlüsselbund, oder gib den Wiederherstellungsschlüssel ein, den du aufgeschrieben hast.</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>Vergessen? Deine Chats sind nicht verschlüsselt, das hier ist also nur eine Tür: „nemodesk settings reset lock.enabled“ in einem Terminal öffnet sie.</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>NemoDesk ist gesperrt</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>Gib dein Passwort ein, um deine Chats zu sehen.</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>Dieses Passwort ist nicht das richtige.</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>Du fängst mit leeren Chats an</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>Die verschlüsselten sind als %1 aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>Lass das Modell hier los, um es hinzuzufügen</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>Neuer Chat, von dem nichts aufbewahrt wird</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Eine Nachricht schreiben</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Die Nachricht senden</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>Eine neue Zeile anfangen</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>Deine letzte Nachricht bearbeiten, wenn nichts geschrieben ist</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Die Antwort stoppen</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>Die Antwort stoppen oder schließen, was offen ist</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Ein Modell wählen</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>Dateien an die Nachricht anhängen</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>Die Chats zeigen oder ausblenden</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>Chat-Einstellungen</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>Den Chat umbenennen, in der Liste</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>NemoDesk sperren, wenn es ein Passwort gibt</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>Diese Tasten zeigen</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>NemoDesk schließen</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>Zusammenfassung zeigen</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>Das Modell schreibt eine Zusammenfassung dessen, was oben steht.</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>Das Modell liest eine Zusammenfassung dessen, was oben steht.</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>Von dem, was über dieser Linie steht, liest das Modell nur noch die Zusammenfassung.</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>Was über dieser Linie steht, liest das Modell nicht mehr.</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>Zusammenfassung ausblenden</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>Bearbeitete Nachricht</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Erneut senden</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistent</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>Du hast diese Antwort gestoppt.</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>Diese Antwort wurde unterbrochen. Mit „Weiter“ geht es von hier weiter.</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>Diese Antwort hat ihre Höchstlänge erreicht. Mit „Weiter“ geht es von hier weiter.</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>Diese Antwort konnte nicht beendet werden.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Neu schreiben</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation>Empfohlen</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>Seine Seite bei Hugging Face öffnen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>{0} von diesem Computer entfernen? Chats damit bleiben.</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>Modelldatei öffnen …</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Ein Modell wählen</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>Auf diesem Computer ist noch kein Modell. Lade unter Modelle eines herunter.</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>%1 wird mit deiner nächsten Nachricht geladen</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>%1 läuft auf der Grafikkarte (%2)</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1 läuft auf dem Prozessor</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1, auf diesem Computer</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>%1 Modelle wurden nicht aufgenommen</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 ist bereit</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>%1 Modelle sind bereit</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1 wurde entfernt.</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>1 Modell von %2 ist schon auf diesem Computer: %1.</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>%1 Modelle von %2 sind schon auf diesem Computer.</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>Modelldatei öffnen …</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>Nach neuen Modellen sehen</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>Model list</source>
        <translation>Modellliste</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation>Was auf diesem Computer läuft, und wie schnell es schreiben würde.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>Passt auf diesen Computer</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>Hier nichts gefunden</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>Kein Modell auf diesem Computer oder im Katalog heißt „{0}“.</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nichts zu zeigen</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>Wähle „Alle“, um jedes Modell zu sehen.</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>Noch keine Modelle</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>Öffne eine Modelldatei, oder lass eine hier los. Modelldateien enden auf .gguf.</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorgabe</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>Zum Beispiel: Kurze Antworten</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>Es gibt eine Vorgabe mit diesem Namen. Beim Speichern wird sie ersetzt.</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation>Navigation</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Wird gerade gezeigt</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1 erledigt</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>Schreibe eine Zahl zwischen %1 und %2.</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>Schreibe eine ganze Zahl zwischen %1 und %2.</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>Diese Sicherung ist geschützt</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>Gib die Passphrase ein, mit der sie erstellt wurde.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>Gib zuerst die Passphrase ein.</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>Passwort festlegen …</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>Passwort ändern …</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>Passwort entfernen …</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>Von selbst sperren</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>Nur beim Start</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>Nach %1 Minuten</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>NemoDesk fragt bei jedem Start danach und wenn es gesperrt war. Es ist nirgends aufgeschrieben: Wer es vergisst, dem hilft nur der Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>NemoDesk fragt bei jedem Start danach und wenn es gesperrt war. Ohne Verschlüsselung ist es nur eine Tür: Wer die Dateien dieses Computers lesen kann, kann deine Chats lesen.</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>Wer diesen Computer benutzt, kann dann NemoDesk öffnen und deine Chats lesen.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>Dieser Computer hat keinen Schlüsselbund, der den Schlüssel aufbewahren könnte: NemoDesk fragt dann bei jedem Start nach dem Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>Das Passwort entfernen?</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>Passwort entfernen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation>Wähle ein Passwort</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>Passwort festlegen</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Neues Passwort</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>Noch einmal dieselbe</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Die beiden sind nicht gleich.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>Ein Passwort braucht mindestens %1 Zeichen. Vier Wörter, die nicht zusammengehören, sind leicht zu merken und schwer zu erraten.</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>NemoDesk findet von selbst heraus, was zu diesem Computer passt. Ändere das nur, um etwas auszuprobieren oder um anderen Programmen Platz zu lassen.</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>Was rechnet</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>Was ein Chat vom Speicher braucht</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>Die Variable %1 deines Systems hat Vorrang.</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>Automatisch ist auf diesem Computer %1.</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>Diese Ausgabe von NemoDesk rechnet nur auf dem Prozessor.</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>Im Schlüsselbund dieses Computers, den deine Anmeldung schützt.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>NemoDesk ist hier portabel: Einstellungen stehen in der Datei %1, und Schlüssel werden beim Schließen vergessen.</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>Der Schlüsselbund dieses Computers ist gerade nicht verwendbar. Einstellungen stehen solange in der Datei %1, und Schlüssel werden vergessen, wenn NemoDesk geschlossen wird.</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>Er ist im Schlüsselbund dieses Computers und wird nie gezeigt.</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>Er wird vergessen, wenn NemoDesk geschlossen wird: Der Schlüsselbund ist gerade nicht verwendbar.</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>Vorgaben speichern oder ändern</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>Auswahl unter einem Namen</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>Keine Vorgabe</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1, geändert</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>Deine eigene Auswahl</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>Als Vorgabe speichern …</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>Änderungen in „%1“ speichern</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>„%1“ umbenennen …</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>„%1“ löschen …</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>Als Vorgabe speichern</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Vorgabe umbenennen</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>Die Vorgabe „%1“ löschen?</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>Chats, die sie verwenden, behalten ihre Werte.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>Hier steht nur der Anfang. Das Modell bekommt alles, was hineinpasst.</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>Text der Datei</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>Dieses Bild lässt sich nicht zeigen.</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>Privatsphäre und Sicherheit</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Offline arbeiten</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>NemoDesk stellt dann gar keine Verbindung her: keine Suche nach Modellen, kein Download.</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>Alles löschen …</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>Was aufbewahrt wird, und wo</translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>Diese Sicherung wiederherstellen?</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>Die Chats, die hier sind</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>Auch behalten</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>In den Papierkorb legen</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>Chats, die nicht hier sind, kommen hinzu, und es gelten die Einstellungen der Sicherung.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verbergen</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation>%1 Meintest du %2?</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Einstellungen liegen solange in %2; Schlüssel und Passwörter werden vergessen, wenn NemoDesk endet.</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Einstellungen liegen in %2; Schlüssel und Passwörter werden vergessen, wenn NemoDesk endet.</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 Neuer Versuch in %2 s.</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 Was darin stand, gilt nicht.</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1 gehört zu %2 und würde dort fehlen. Verwende es, wo es ist, oder kopiere es.</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>%1 kam mit NemoDesk und geht auch mit ihm.</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>%1 ist nicht erreichbar. Prüfe das Netz, und HF_ENDPOINT und HTTPS_PROXY, falls du sie gesetzt hast, und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>%1 lässt sich nicht lesen (%2). Prüfe, ob es noch da ist und ob du es lesen darfst.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>%1 lässt sich nicht lesen (%2). Prüfe, ob du es lesen darfst.</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>%1 lässt sich nicht lesen. Gib eine Datei an, die du lesen darfst.</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>%1 lässt sich nicht schreiben (%2). Wähle einen anderen Ort.</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>%1 kann nicht suchen. Gib stattdessen den vollen Namen eines Modells an, wie in OWNER/NAME.</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>%1 konnte nicht geladen werden: Die Datei ist beschädigt oder für eine andere Version der Engine gemacht. Lade sie noch einmal herunter, oder aktualisiere NemoDesk.</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>%1 konnte nicht gelesen werden: Ein Teil von NemoDesk ist nicht gestartet. Versuche es noch einmal, oder installiere NemoDesk neu.</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>%1 nimmt den Schlüssel in HF_TOKEN nicht an. Erstelle unter %2 einen neuen, oder entferne HF_TOKEN.</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>%1 antwortet nicht wie ein Hub. Versuche es später noch einmal, oder prüfe HF_ENDPOINT, falls du es gesetzt hast.</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>%1 antwortet nicht rechtzeitig. Prüfe das Netz und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>%1 gewährt keinen Zugang (Status %2). Prüfe HF_TOKEN, falls du es gesetzt hast, oder wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>%1 enthält keinen Schlüssel des Hubs. Kopiere den Schlüssel noch einmal, als ein Wort, oder entferne ihn.</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>%1 enthält keine Adresse eines Proxys. Schreibe sie als http://HOST:PORT, oder entferne sie.</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>%1 Grafikkarten mit zusammen %2</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>%1 hat selbst ein Problem (Status %2). Versuche es in einigen Minuten noch einmal.</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>%1 hat von hier zu viele Anfragen bekommen. Versuche es %2 noch einmal.</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>%1 hat kein GGUF-Modell. Suche stattdessen nach „%2 GGUF“.</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>%1 hat kein „%2“. Wähle etwas davon: %3.</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>%1 enthält mehr als %2 Dateien. Wähle den Ordner, in dem nur die Chats sind.</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>%1 enthält mehr als 8 Millionen Zeichen, und so viel kann hier kein Modell lesen. Gib den Teil davon an, auf den es ankommt.</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>%1 enthält keinen Text: Die Seiten sind Bilder. Lass ein Programm zur Texterkennung (OCR) den Text ergänzen und gib das Ergebnis an.</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1 in %2 Bit</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1 ist eine Datei. Wähle einen Ordner.</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1 ist ein Ordner. Gib die Dateien darin an.</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1 ist eine Verknüpfung zu einer anderen Datei. Verwende sie, wo sie ist, oder kopiere sie.</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>%1 wird gerade geschrieben. Warte, bis das zu Ende ist.</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1 ist beschädigt und lässt sich nicht lesen. Speichere es noch einmal, oder gib eine andere Datei an.</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1 ist beschädigt: Der Inhalt ist nicht das, was %2 dem Namen nach sein muss. Hol die Datei noch einmal dort, wo sie herkam.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 ist leer.</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1 ist in Gebrauch, und Windows gibt es nicht frei. Schließ die Chats und Programme, die es verwenden, und entferne es dann.</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1 ist jetzt in deiner Bibliothek, aber %2 konnte nicht entfernt werden. Entferne es selbst.</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1 liegt in %2. Entferne die Datei dort, wenn du das Modell nicht mehr willst.</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1 ist kein LoRA-Adapter für dieses Modell. Wähle einen Adapter im GGUF-Format, der dafür gemacht wurde.</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1 ist keine Textdatei, kein PDF, kein Dokument und kein Bild, das sich lesen lässt. Speichere es als reinen Text oder als PDF und gib das an.</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1 ist nicht leer. Wähle für deine Modelle einen neuen oder leeren Ordner.</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>%1 ist nicht mehr im Papierkorb. Lade es noch einmal herunter.</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1 ist mit einem Passwort geschützt. Speichere es ohne und gib das an.</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1 ist zu groß: Eine Textdatei darf 8 MB haben, eine andere Datei 64 MB. Gib den Teil davon an, auf den es ankommt.</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>%1 Schichten dieses Modells passen nicht auf die Grafikkarte. Wähle weniger, oder -1 für so viele, wie passen.</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>%1 liegt im Modellordner selbst. Wähle einen Ordner außerhalb von %2.</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>%1 darf nicht gelesen oder geändert werden, oder ein anderes Programm verwendet es. Prüfe die Berechtigungen, oder schließ dieses Programm.</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>%1 hat die Datei %2 nicht mehr. Suche noch einmal nach dem Modell und wähle eine andere Datei.</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>%1 braucht %2.</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>%1 wurde geschrieben, während die Modelle umzogen. Halte die Downloads an und versuche es noch einmal; deine Modelle sind noch in %2.</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1, %2 Kerne, %3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1, %2 Schichten auf der Karte</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1: %2 passt gut und schreibt %3.</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1: %2 passt und schreibt %3.</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>Ein Kontext von %1 Token braucht %2 Speicher, und auf diesem Computer sind %3 frei. Bis zu %4 Token passen: Wähle das oder weniger.</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>Eine Kopie von %1 ist anders geworden als das Original. Nichts wurde geändert: Prüfe den Datenträger und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>Eine Nachricht dieses Chats hat %1 Token (Wortstücke), mehr als das Modell lesen kann, um sie zusammenzufassen (%2). Wähle einen längeren Kontext.</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>Ein Teil von NemoDesk konnte nicht gestartet werden. Installiere NemoDesk neu.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>Ein Passwort braucht mindestens %1 Zeichen. Vier Wörter, die nicht zusammengehören, sind leicht zu merken und schwer zu erraten.</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>Ein Wiederherstellungsschlüssel hat %1 Buchstaben und Ziffern in %2 Gruppen; das hier sind %3. Sieh nach, ob etwas fehlt oder doppelt ist.</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>Ein sehr kleines Modell, das mit NemoDesk kommt, damit du sofort chatten kannst; seine Antworten sind einfach und oft falsch.</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>Nach wie langer Zeit ohne Benutzung wieder gefragt wird.</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>Eine Antwort, die zu Ende ist, kann nicht zugleich eine sein, die gerade geschrieben wird.</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>Ein anderes NemoDesk holt dieses Modell gerade. Dieses hier wartet darauf.</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>Ein anderes Programm verwendet deine Chats und gibt sie nicht frei. Schließ andere Fenster von NemoDesk und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>Wähle eine Passphrase mit mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Wähle etwas anderes.</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>Schließ andere Programme, oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>Bei jeder Antwort steht, wie schnell sie geschrieben wurde.</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>Hol die Datei noch einmal dort, wo sie herkam, oder verwende ein anderes Modell.</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>Gib unserem Gespräch einen Titel aus zwei bis sechs Wörtern, in der Sprache meiner Frage. Antworte nur mit dem Titel, ohne Anführungszeichen.</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>HF_ENDPOINT enthält keine Adresse eines Hubs. Schreibe sie als https://HOST, oder entferne sie.</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>Wie genau der Chat im Speicher gehalten wird; q8_0 braucht halb so viel Platz.</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>Wie schnell alle Downloads zusammen sein dürfen.</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>Wie lange entfernte Chats und Modelle im Papierkorb bleiben.</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>Wie viele Schichten eines Modells die Grafikkarte berechnet.</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>Wie viele Threads des Prozessors rechnen.</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>Wie viel von einem Chat ein Modell im Gedächtnis behält.</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>Wie das Fenster aussieht; „system“ richtet sich nach dem Computer.</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>Installiere die Ausgabe von NemoDesk für ältere Computer.</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>Statt %1 hat eine Webseite geantwortet. Wenn du dich in diesem Netz anmelden musst, tu das in einem Browser und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>Darin sind weit mehr Werte als in irgendeinem Chat.</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>Sie ist beschädigt oder unsinnig tief verschachtelt.</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>Sie ist größer als %1.</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>Es ist kein Chat von einer Art, die NemoDesk kennt.</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>Es braucht %1 Speicher und schreibt %3 %2.</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>Es braucht %1 Speicher, und dieser Computer hat %2 zu vergeben.</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>Es hält den Chat jetzt in weniger Speicher.</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>Es läuft jetzt nur auf dem Prozessor.</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>Es fasst jetzt Chats von bis zu etwa %1 Wörtern.</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>Es wurde ausgelassen: Entpackt wäre es unsinnig groß.</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>Schlüssel werden nur in einer Sicherung mit Passphrase aufbewahrt. Wähle eine.</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>Weiß und versteht weit mehr und ist schnell, wo es passt; braucht etwa 24 GB Speicher oder mehr.</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>Lass Ollama es noch einmal holen, oder verwende ein anderes Modell.</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>Das Laden wurde gestoppt.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>NemoDesk fragt nach einem Passwort, bevor es Chats zeigt.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>NemoDesk kann seine Dateien nicht in %1 ablegen: %2. Schaffe dort Platz oder erlaube das Schreiben, oder wähle mit NEMODESK_HOME einen anderen Ordner.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>NemoDesk kann seine Dateien nicht in %1 ablegen: %2. Schaffe dort Platz oder erlaube das Schreiben.</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>NemoDesk kann die Liste deiner Modelle in %1 nicht verwenden. Prüfe den Datenträger und die Berechtigungen des Ordners.</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>NemoDesk kann nicht in %1 schreiben: %2. Schaffe dort Platz oder erlaube das Schreiben, und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>NemoDesk schließt sich gerade. Starte es neu.</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>NemoDesk ist schon offen, vielleicht auf einem anderen Computer, und antwortet nicht. Schließ es dort und starte es dann neu.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>NemoDesk ist hier portabel.</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>NemoDesk stellt gar keine Verbindung her.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>NemoDesk darf nicht in %1 schreiben, wo deine Chats liegen. Erlaube ihm dort das Schreiben, oder wähle einen anderen Ordner.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>NemoDesk darf nicht in %1 schreiben. Erlaube dort das Schreiben, oder wähle einen anderen Ordner für Modelle.</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>Keine Zertifizierungsstelle in %1 (SSL_CERT_FILE) bürgt für %2. Füge die dieses Netzes hinzu, oder entferne SSL_CERT_FILE, um denen des Systems zu vertrauen.</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>Keine Zertifizierungsstelle, der dieser Computer vertraut, bürgt für %1. Wenn das Netz Verbindungen prüft, setze SSL_CERT_FILE auf die Datei mit seiner Zertifizierungsstelle.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>Es ist kein Modell geladen. Wähle zuerst ein Modell.</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>Kein Wiederherstellungsschlüssel enthält %1. Sieh noch einmal auf deinen Zettel.</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>Zu %1 lässt sich keine sichere Verbindung herstellen. Prüfe HTTPS_PROXY und HF_ENDPOINT, falls du sie gesetzt hast, und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>Aus %1 wurde nichts importiert: Nichts darin ist ein Chat, den NemoDesk lesen kann. Es liest seine eigenen Exporte und die von ChatGPT, Open WebUI und LM Studio.</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>Der Offline-Modus ist an (HF_HUB_OFFLINE), darum verbindet sich NemoDesk mit niemandem. Schalte ihn aus, um Modelle zu suchen oder herunterzuladen.</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>Nur eine Antwort lässt sich fortsetzen, keine Frage.</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>Teil %1 von %2 dieses Modells fehlt: %3. Lade das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>Bild %1: Es ist angehängt, aber du kannst es nicht sehen.</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>Schnell und klug für seine Größe; läuft gut auf den meisten Computern.</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>Das Lesen von %1 brauchte zu viel Zeit oder Speicher und wurde gestoppt. Gib eine einfachere oder kürzere Datei an.</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>Entferne es und lade es noch einmal herunter.</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>Mit `nemodesk models list` siehst du, welche es gibt.</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>Einstellungen und Schlüssel sind im Schlüsselbund dieses Computers (%1).</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>Einstellungen lassen sich nicht aufbewahren: %1 ist nicht beschreibbar. Schaffe Platz auf dem Datenträger oder erlaube dort das Schreiben.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Gestoppt. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>Gestoppt. Was schon erledigt war, bleibt.</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>Gestoppt. Deine Chats sind, wie sie waren.</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>Fasse unser bisheriges Gespräch zusammen, sodass es allein von deiner Zusammenfassung aus weitergehen kann. Behalte Namen, Zahlen, Entscheidungen, Ergebnisse und offene Fragen. Schreibe höchstens 200 Wörter, in der Sprache unseres Gesprächs, und nichts als die Zusammenfassung.</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>Das war mehrmals falsch. Warte %1 s und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>Der Wert für %1 muss zwischen %2 und %3 liegen, nicht bei %4.</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>Das Konto deines HF_TOKEN darf %1 noch nicht verwenden. Nimm die Lizenz unter %2 an, und versuche es noch einmal, sobald der Zugang gewährt ist.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>Die Antwort wurde gestoppt.</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>Das Archiv ist beschädigt oder wurde nicht ganz heruntergeladen.</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>Die Zertifizierungsstellen in %1 lassen sich nicht lesen. Prüfe SSL_CERT_FILE, oder entferne es.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>Das Zertifikat von %1 ist heute nicht gültig. Prüfe Datum und Uhrzeit dieses Computers.</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>Das gezeigte Zertifikat gehört einem anderen Computer als %1. Prüfe HF_ENDPOINT.</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>Die Chat-Vorlage enthält einen Fehler: %1. Setze sie auf die des Modells zurück.</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>Die Chats sind schon geschlossen. Starte NemoDesk neu.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>Die Verbindung zu %1 brach ab. Versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>Die Verbindung zum Hub wurde unterbrochen.</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>Der Datenträger ist voll. Was vom Modell schon da ist, bleibt in %1: Schaffe Platz und setze den Download dann fort.</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>Der Datenträger verweigert %1: %2. Prüfe den Datenträger.</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>Der Datenträger nimmt das Modell in %1 nicht an. Prüfe den Datenträger und setze den Download dann fort.</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>Der Datenträger meldete einen Fehler, während deine Chats in %1 gespeichert wurden. Prüfe den Datenträger und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>Der Datenträger mit %1 ist voll. Schaffe dort Platz und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>Der Download-Prozess gehört zu einer anderen Version von NemoDesk. Installiere NemoDesk neu.</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>Der Download wurde von außen beendet. Was schon da ist, bleibt; setze ihn fort.</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>Die Engine gehört zu einer anderen Version von NemoDesk. Installiere NemoDesk neu.</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>Die Engine läuft auf diesem Prozessor nicht: Ihm fehlen Befehle, mit denen sie gebaut wurde.</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>Die Engine konnte diese Antwort nicht berechnen. Versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>Die Engine hat einen Fehler gemacht. Versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>Die Engine hat unerwartet aufgehört.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>Die Engine wurde von außen beendet, vielleicht weil der Speicher ausging.</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>Die Engine wurde gestoppt.</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>Die Datei %1 stimmt nicht mit der Prüfsumme des Hubs überein, obwohl sie zweimal geholt wurde. Nichts davon wurde behalten. Versuche es später noch einmal, oder wähle eine andere Datei.</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>Die Datei %1 hat sich beim Hub geändert. Sie wird von Anfang an geholt.</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>Die Datei %1 ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>Die Datei stimmt nicht mit der Prüfsumme des Hubs überein. Ihr fehlerhafter Teil wird noch einmal geholt.</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>Die Datei hat sich beim Hub inzwischen geändert. Suche noch einmal nach dem Modell.</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>Die Datei ist beschädigt oder endet mittendrin.</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>Die Datei von %1 ist nicht mehr da: %2. Schließ ihren Datenträger an, oder nimm das Modell mit `nemodesk models remove %3` heraus.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>Die Datei mit deinen Chats ist beschädigt und lässt sich nicht umbenennen. Schließ andere Fenster von NemoDesk, oder verschiebe %1, und starte NemoDesk neu.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>Die Datei mit deinen Chats ist beschädigt. Sie wird als %1 aufbewahrt, und NemoDesk macht mit einer leeren weiter. Versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>Die Datei mit deinen Chats ist beschädigt. Starte NemoDesk neu: Es legt die beschädigte Datei dann in %1 beiseite und rettet, was sich lesen lässt.</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>Die Datei mit deinen Chats war beschädigt und wird als %1 aufbewahrt. Gerettet wurden, soweit lesbar: %2. Versuche es noch einmal, um fortzufahren.</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>Der Ordner %1 ist jetzt eine Verknüpfung zu einem anderen Ort, der NemoDesk nicht folgt. Entferne die Verknüpfung.</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>Der Ordner für Modelle ist verschwunden: %1. Schließ seinen Datenträger wieder an und setze den Download dann fort.</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>Die Grammatik enthält einen Fehler. Behebe ihn, oder lass sie weg.</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>Der Hub sagt nicht, wie groß %1 ist, darum lässt es sich nicht prüfen. Wähle eine andere Datei.</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>Der Hub gibt dieser Datei einen Namen, der außerhalb des Ordners für Modelle läge oder den kein Datenträger speichern kann. Wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>Der Hub hat selbst ein Problem.</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>Der Hub hat von hier zu viele Anfragen bekommen.</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>Der Hub ändert die Datei %1 immer wieder, während sie geholt wird. Versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>Der Hub sendet weniger von der Datei %1, als sie hat. Versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>Die Antworten des Hubs ergeben keinen Sinn: Vielleicht steht ein anderes Programm dazwischen, etwa die Anmeldeseite eines WLANs. Öffne zur Probe eine Webseite, und versuche es dann noch einmal.</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>Der Schlüssel der verschlüsselten Chats.</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>Der Schlüssel, der zugangsbeschränkte und private Repositorys des Hubs öffnet.</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>Der Schlüsselbund antwortet nicht.</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>Der Schlüsselbund ist gesperrt.</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>Der Schlüsselbund ist für Python-Programme ausgeschaltet.</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>Der Schlüsselbund lehnt ab.</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>Die Sprache des Fensters; „system“ richtet sich nach dem Computer.</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>Wer %1 gemacht hat, möchte, dass du zuerst die Lizenz annimmst. Tu das unter %2 und setze dann HF_TOKEN auf einen Schlüssel deines Kontos.</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>Die Modelldatei %1 lässt sich nicht lesen. Prüfe den Datenträger und die Berechtigungen der Datei.</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>Die Modelldatei %1 ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>Das Modell gibt einem neuen Chat seinen Titel.</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>Das Modell hat keine Zusammenfassung geschrieben. Versuche es noch einmal, oder mach ohne sie weiter: Dann werden die ältesten Nachrichten ausgelassen.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>Die Chat-Vorlage des Modells kann dieses Gespräch nicht darstellen: %1. Versuche es ohne Systemprompt, oder fang einen neuen Chat an.</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>Der Name %1 lässt sich nicht finden. Prüfe, ob dieser Computer mit dem Internet verbunden ist, und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>Der Name von %1 enthält Zeichen, die kein Text sind. Benenne die Datei um.</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>Die neue Datei mit deinen Chats ist anders geworden als die alte. Nichts wurde geändert: Prüfe den Datenträger und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>Der Proxy dieses Netzes verlangt Namen und Passwort. Schreibe sie in HTTPS_PROXY als http://NAME:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>Der Proxy dieses Netzes lässt NemoDesk nicht durch. Prüfe HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>Der Proxy, über den der Hub erreicht wird; leer gilt der des Systems.</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>Der Papierkorb %1 ist eine Verknüpfung zu einem anderen Ort, der NemoDesk nicht folgt. Entferne die Verknüpfung.</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>In %1 sind keine Chats.</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>Auf diesem Computer sind noch keine Modelle.</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>Es gibt eine neue Datei %1. Entferne sie zuerst, wenn du %2 aus dem Papierkorb willst.</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>Es gibt keinen Anhang mit der Nummer %1. Vielleicht wurde er entfernt.</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>Es gibt keinen Chat mit der Nummer %1. Vielleicht wurde er gelöscht.</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>In der Liste ist kein Download „%1“.</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>Es gibt keine Datei %1. Prüfe ihren Namen und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>Es gibt keine Datei %1. Prüfe den Namen und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>Es gibt keinen Ordner mit der Nummer %1. Vielleicht wurde er gelöscht.</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>Es gibt keine Nachricht mit der Nummer %1. Vielleicht wurde ihr Chat gelöscht.</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>Es gibt kein Modell %1 bei %2, oder es ist privat. Prüfe seinen Namen.</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>Es gibt keine Modelldatei %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>Bei %1 ist keine Modelldatei (.gguf).</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>Im Ordner %1 ist keine Modelldatei (.gguf).</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>In %1 ist kein Platz: %2 werden gebraucht, und %3 sind frei. Mach %4 frei, oder wähle einen anderen Datenträger.</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>Für %1 ist kein Platz mehr. Schaffe etwas Platz, oder wähle einen anderen Ort.</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>Auf dem Datenträger ist kein Platz mehr, darum lassen sich deine Chats nicht speichern. Schaffe etwas Platz und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>Es gibt kein Geheimnis %1.</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>Es gibt keine Einstellung %1.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>Für einen Kontext von %1 Token ist nicht genug Speicher da. Wähle einen kürzeren Kontext, oder schließ andere Programme.</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>Es ist nicht genug Speicher da. Schließ andere Programme und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>Auf dem Datenträger ist nicht genug Platz: %1 kommen noch, und %2 sind frei. Schaffe %3 Platz in %4, oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>Es ist nichts darin.</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>In diesem Chat gibt es noch nichts zusammenzufassen.</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>Diese Chats haben kein Passwort. Verwende den Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>Diese Antwort kann nicht weitergehen: Mit ihrer Frage hat sie %1 Token (Wortstücke), und es ist Platz für %2. Wähle einen längeren Kontext, oder frag in einer neuen Nachricht nach dem Rest.</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>Diese Antwort wird in einem anderen Fenster von NemoDesk geschrieben. Warte, bis sie zu Ende ist, oder stoppe sie dort.</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>Diese Sicherung ist beschädigt oder wurde nicht ganz kopiert. Nichts wurde geändert: Versuche es mit einer anderen Kopie.</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>Diese Sicherung ist geschützt. Gib ihre Passphrase ein.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>Diese Sicherung wurde mit einer neueren Version von NemoDesk erstellt. Aktualisiere NemoDesk, um sie wiederherzustellen.</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>In diesem Chat wird gerade geantwortet. Stoppe die Antwort, oder warte ihr Ende ab.</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>Dieser Chat ist zu lang für das Modell: Er hat %1 Token (Wortstücke), und der Kontext fasst %2. Fang einen neuen Chat an, oder kürze die Nachricht.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>Dieser Computer hat %1 Speicher, und das ist zu wenig für die Modelle, die NemoDesk kennt. Verwende das Startmodell.</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>Dieser Computer ist nicht mit dem Internet verbunden. Verbinde ihn und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>Dieser Computer bietet keinen Schlüsselbund.</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>Dieser Eintrag im Papierkorb ist beschädigt: Er nennt einen Ort außerhalb des Modellordners. Leere den Papierkorb.</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>Diese Datei enthält %1, kein Modell zum Chatten. Wähle die größere Datei daneben.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>Diese Datei ist keine Sicherung von NemoDesk, oder sie wurde nicht ganz kopiert. Wähle eine andere.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>Diese Datei ist keine Sicherung von NemoDesk. Wähle eine andere.</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>Diese Datei wurde mit einer neueren Version von NemoDesk geschrieben. Aktualisiere NemoDesk, um sie zu lesen.</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>Das ist keine GGUF-Modelldatei. Wähle eine Datei, die auf .gguf endet und ganz heruntergeladen wurde.</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>Das ist keine Datei mit Chats.</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>Das ist dasselbe Modell wie %1, das du in %2 hast. Du musst es nicht zweimal aufnehmen.</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>Diese Nachricht wird nicht mehr gezeigt. Öffne den Chat noch einmal.</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>Diese Nachricht ist zu lang für das Modell: Sie hat %1 Token (Wortstücke), und es ist Platz für %2. Kürze sie, oder wähle einen längeren Kontext.</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>Dieses Modell kann einen Chat nicht in weniger Speicher halten (q8_0). Wähle f16, und einen kürzeren Kontext, wenn der Speicher knapp ist.</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>Diese Modelldatei ist beschädigt. Lade sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>Diese Modelldatei ist unvollständig: Sie endet in ihrem Kopf. Lade sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>Diese Modelldatei ist unvollständig: Sie hat %1 von %2 Byte. Lade sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>Diese Modelldatei speichert ihre Gewichte auf eine Art, die diese Version von NemoDesk nicht kennt. Aktualisiere NemoDesk, oder wähle eine andere Datei desselben Modells.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>Diese Modelldatei verwendet Version %1 ihres Formats, und die ist zu alt. Lade eine neuere Datei dieses Modells herunter.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>Diese Modelldatei verwendet Version %1 ihres Formats, die diese Version von NemoDesk nicht kennt. Aktualisiere NemoDesk.</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>Diese Modelldatei wurde für eine andere Art von Computern gemacht (Big-Endian). Lade die übliche Datei dieses Modells herunter.</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>Dieses Modell braucht mindestens %1 Speicher, und auf diesem Computer sind %2 frei. Schließ andere Programme, oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>Dieses Modell wurde für einen Kontext von bis zu %1 Token gemacht, nicht %2. Wähle %3 oder weniger.</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>Das braucht eine Weile lang %1 freien Platz auf dem Datenträger, und es sind %2 da. Schaffe etwas Platz und versuche es noch einmal. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>Diese Passphrase öffnet die Sicherung nicht. Prüfe sie und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>Dieses Passwort ist nicht das richtige. Versuche es noch einmal.</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>In diesem Wiederherstellungsschlüssel ist irgendwo ein Buchstabe oder eine Ziffer falsch, oder zwei sind vertauscht. Vergleiche ihn mit deinem Zettel.</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>Dieser Wiederherstellungsschlüssel gehört zu anderen Chats: Er entstand, als sie ein andermal oder auf einem anderen Computer verschlüsselt wurden. Suche den, der zu diesen gehört.</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>Diese Version von NemoDesk kennt keine Modelle der Art „%1“. Aktualisiere NemoDesk, oder wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>Versuche es noch einmal; die Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>Womit das Passwort geprüft wird, ist beschädigt. Verwende den Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>Womit das Passwort beim Start geprüft wird.</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>Woher Modelle kommen; leer gilt huggingface.co.</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>Wo das Fenster war und wie es eingeteilt war.</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>Ob die erste Seite beantwortet wurde.</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>Ob das Fenster gesagt hat, dass es keinen Schlüsselbund gibt.</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>Welche Taste eine Nachricht sendet; die andere fängt eine neue Zeile an.</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>Deine Chats sind schon verschlüsselt.</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>Deine Chats werden gerade ver- oder entschlüsselt. Versuche es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>Deine Chats sind verschlüsselt, und der Schlüsselbund dieses Computers gibt ihren Schlüssel nicht heraus. Entsperre den Schlüsselbund, oder gib den Wiederherstellungsschlüssel ein.</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>Deine Chats sind verschlüsselt. Gib das Passwort ein oder den Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>Deine Chats sind nicht verschlüsselt.</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>Deine Chats wurden zuletzt mit einer neueren Version von NemoDesk verwendet. Nichts wurde geändert: Aktualisiere NemoDesk, um sie zu öffnen.</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>Dein Computer hat %1 Speicher und %2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>Deine Modelle sind schon in %1.</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>eine Grafikkarte, die diese Ausgabe von NemoDesk nicht verwenden kann</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>eine Grafikkarte mit %1</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>einen Grafikprozessor, der ihn mitbenutzt</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>etwa %1 Wörter pro Sekunde</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>etwa 1 Wort pro Sekunde</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>so gut wie das Original</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>nur für Versuche</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>gut, und die übliche Wahl</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>weniger als ein Wort pro Sekunde</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>viel schwächer</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>fast so gut wie das Original</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>keine Karte</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>keine Grafikkarte</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>merklich schwächer</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>auf der Grafikkarte</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>auf der Grafikkarte und dem Prozessor</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>auf dem Prozessor</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>das Original, nicht gepackt</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>sehr gut</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>„%1“ benennt kein Modell beim Hub. Schreibe OWNER/NAME, wie in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>„%1“ steht für mehrere Modelle. Wähle eines davon: %2.</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>Schreibe eine Adresse, die mit einem davon anfängt: %1. Oder nichts.</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>Gilt sofort.</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>Gilt ab der nächsten Nachricht.</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>Gilt, wenn das nächste Mal ein Modell geladen wird.</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>Gilt ab der nächsten Anfrage an den Hub.</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>Gilt, wenn NemoDesk das nächste Mal gestartet wird.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>Die Sprache des Fensters. Modelle antworten in der Sprache deines Chats.</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>Nachrichten senden mit</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Umschalt+Eingabe beginnt immer eine neue Zeile.</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>Titel für neue Chats</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>Das Modell benennt einen Chat nach seiner ersten Antwort. Deine eigenen Titel bleiben.</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>Tempo der Antworten zeigen</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>Unter dem Chat steht, wie viele Wörter pro Sekunde das Modell geschrieben hat.</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>Tempogrenze für Downloads</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>In MB pro Sekunde, für alle Downloads zusammen.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>Tage im Papierkorb</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>So lange lassen sich entfernte Chats und Modelle zurückholen.</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>Threads des Prozessors</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>Wie viele davon rechnen. Mehr, als es schnelle Kerne gibt, macht es langsamer.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Schichten auf der Grafikkarte</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>Wie viel von einem Modell die Grafikkarte berechnet. Weniger lässt Spielen und anderen Programmen mehr von ihrem Speicher.</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>So viele, wie passen</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>Übliche Kontextlänge</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>Wie viel von einem Chat Modelle behalten, in Token: 1.000 sind etwa 750 Wörter. Längere brauchen mehr Speicher. Ein Chat kann seine eigene haben.</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>Wie Chats im Speicher gehalten werden</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>Gepackte Chats brauchen halb so viel Speicher und werden etwas weniger genau gelesen. Modelle, die nicht packen können, halten sie genau.</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Offline arbeiten</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>NemoDesk stellt gar keine Verbindung her, auch wenn du eine verlangst.</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>Adresse des Hubs</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>Wo Modelle gesucht und von wo sie heruntergeladen werden.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>Der Weg zum Hub, falls dein Netz einen hat.</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Eingabe</translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation>Genau (f16)</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>Gepackt (q8_0)</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>Wo deine Modelle liegen sollen</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>Modelle und Speicherplatz</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>Privatsphäre und Sicherheit</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>Sicherung und Übertragung</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über NemoDesk</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>Einstellungen liegen vorerst woanders</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation>Kam mit NemoDesk</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>Eine Datei, die du geöffnet hast</translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation>LM Studio</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>The Hugging Face cache</source>
        <translation>Der Cache von Hugging Face</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>braucht %1 Speicher</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>%1 von diesem Computer entfernen? Chats damit bleiben.</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face: %1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>Name für die Befehlszeile</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>%1 Downloads im Monat</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 herunterzuladen</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>Art des Modells</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>Längster Chat</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>Geprüft am %1: %2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>%1 liegt in</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>%1 hat die Auswahl „%2“ nicht mehr. Sieh in den Einzelheiten nach.</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>Es gibt nichts Neues.</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>Neu in der Liste: %1.</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>Die Liste der Modelle ist aktuell</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Neuer temporärer Chat</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>Chats ausblenden</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>Endgültig löschen?</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>„%1“ wird weg sein. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>Die ausgewählten Chats werden weg sein (%1). Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>Den Papierkorb leeren?</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>Alle gelöschten Chats werden weg sein. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>Kein Chat enthält „%1“.</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>Das Archiv ist leer</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>„Archivieren“ im Menü eines Chats legt ihn hier ab.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>Der Papierkorb ist leer</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>Noch keine Chats</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>Schreib eine Nachricht, und der Chat wartet hier auf dich.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>Tempogrenze</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>Keine Tempogrenze</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>Höchstens %1</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>Modelle und Speicherplatz</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>Wo deine Modelle sind</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>Sind sie heil?</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>Deine Modelle sind umgezogen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>Genau wie es sein soll</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>Sieht heil aus. Niemand hat gesagt, was der Inhalt sein muss.</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>%1 sind wieder frei.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>Der Papierkorb ist leer</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>Deine Modelle ziehen um. Downloads gehen danach weiter.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>1 Modell</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>%1 Modelle</translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation>%1, %2. %3 sind auf diesem Datenträger frei.</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>Dieser Ordner ist nicht erreichbar. Schließ seinen Datenträger an und starte NemoDesk neu, oder wähle einen anderen Ordner.</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>vor %1 Tagen entfernt</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>heute entfernt</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>gestern entfernt</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>Temporärer Chat: Nichts davon wird aufbewahrt. Er ist weg, wenn du NemoDesk schließt.</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation>Nachdenken</translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation>Chat umbenennen</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>Titel des Chats</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>Titel speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>Sicherung und Übertragung</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern …</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen …</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren …</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Ordner importieren …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Webseite</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sicherung</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>Eine Datei mit deinen Chats, deinen Einstellungen und der Liste deiner Modelle. Stelle sie hier wieder her oder auf einem anderen Computer. Die Modelldateien sind nicht darin: Sie lassen sich noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Chats importieren</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>Nimmt auf, was ChatGPT, Open WebUI, LM Studio und NemoDesk exportieren: eine Datei, ein Archiv, wie du es heruntergeladen hast, oder einen Ordner. Chats, die schon hier sind, werden nicht zweimal aufgenommen.</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>Chats exportieren</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>Alle Chats in einer Datei: eine Webseite oder Markdown zum Lesen, JSON, um alles zu behalten, JSON Lines für Programme, die Modelle trainieren. Ein einzelner Chat wird über sein Menü in der Liste exportiert.</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>Papierkorb leeren …</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>Entfernte Modelle</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>Entfernte Modelle bleiben %1 Tage hier. Bis dahin brauchen sie Platz.</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>Entfernte Modelle bleiben einen Tag hier. Bis dahin brauchen sie Platz.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>Den Papierkorb leeren?</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>%1 wird endgültig gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>NemoDesk hat einen Fehler gemacht</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>Nichts Gespeichertes ist verloren. Kopiere den Bericht und schick ihn uns, wenn du magst.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>Deine Chats werden verschlüsselt</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>Der Schlüssel ist im Schlüsselbund dieses Computers.</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>NemoDesk fragt bei jedem Start nach dem Passwort.</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>Hier bewahrt kein Schlüsselbund den Schlüssel auf: NemoDesk fragt bei jedem Start nach dem Wiederherstellungsschlüssel.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Deine Chats sind verschlüsselt</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>Deine Chats werden lesbar gemacht</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>Deine Chats sind nicht mehr verschlüsselt</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>Wiederherstellungsschlüssel und Passwort werden nicht mehr gebraucht.</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>Alles wird gelesen und verglichen, bevor es gilt.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>Wo der Wiederherstellungsschlüssel liegen soll</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>NemoDesk-Wiederherstellungsschlüssel.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>Der Wiederherstellungsschlüssel deiner Chats in NemoDesk. Wer ihn hat, kann sie lesen.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>Deine Chats sind nicht verschlüsselt</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>Wer die Dateien dieses Computers lesen kann, kann deine Chats lesen. Verschlüsselt öffnen sie sich nur mit einem Schlüssel, den du hast.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>Chats, Anhänge und Entwürfe sind eine einzige verschlüsselte Datei. Ihr Schlüssel ist im Schlüsselbund dieses Computers, der sich öffnet, wenn du dich anmeldest.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>Chats, Anhänge und Entwürfe sind eine einzige verschlüsselte Datei, die dein Passwort öffnet. Solange NemoDesk läuft, ist der Schlüssel im Speicher des Computers.</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>Ein Passwort öffnet deine Chats</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>Ohne das Passwort oder den Wiederherstellungsschlüssel kann niemand sie lesen.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>NemoDesk fragt nach einem Passwort</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>Es ist nur eine Tür: Deine Chats sind nicht verschlüsselt, und wer die Dateien dieses Computers lesen kann, kann sie lesen.</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>NemoDesk öffnet sich, ohne zu fragen.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>Dieser Computer hat keinen Schlüsselbund, der aufbewahren könnte, womit ein Passwort geprüft wird. Verschlüssele deine Chats, um ein Passwort zu haben.</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>Es gibt kein Passwort</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>%1 ist in der Umgebung gesetzt und entscheidet das.</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>Deine Chats mit Entwürfen und Anhängen, verschlüsselt</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>Deine Chats mit Entwürfen und Anhängen</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>Kopien von Chats aus der Zeit vor einer Änderung, und beschädigte Dateien</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>Was sich neu gewinnen lässt: Geschwindigkeiten, und was der Hub gesagt hat</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>Protokolle: was geschah, nie was gesagt wurde</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>Einstellungen, Schlüssel und Passwörter</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>Der Schlüsselbund dieses Computers</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>Einstellungen; Schlüssel werden vergessen, wenn NemoDesk endet</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>Zurück zu den Chats</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>Chats, die du behalten, aber nicht jeden Tag sehen willst.</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>Gelöschte Chats lassen sich wiederherstellen. Nach %1 Tagen werden sie endgültig gelöscht.</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>Gelöschte Chats lassen sich wiederherstellen, bis der Papierkorb geleert wird.</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>Was beschäftigt dich?</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>Alles bleibt auf diesem Computer und geht ohne Internet.</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>Etwas einfach erklären</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>Erkläre in einfachen Worten, warum der Himmel blau ist.</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>Eine freundliche Nachricht schreiben</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>Schreibe eine kurze, freundliche Nachricht, um jemandem aus der Nachbarschaft für die Hilfe zu danken.</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>Einen Plan machen</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>Mach einen einfachen Plan für ein ruhiges Wochenende zu Hause.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>Ein privater Assistent, der auf diesem Computer läuft. Nach dem Download geht er ohne Internet.</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>Herunterladen und starten</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>Anderes Modell wählen</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>Startmodell verwenden</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>Dein Computer wird angesehen …</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>Am besten für ihn</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>Dein Computer wird angesehen</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>Läuft bestens</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>Läuft, aber langsam</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>Zu groß für diesen Computer</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>weniger als 1 Wort pro Sekunde</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>etwa 1 Wort pro Sekunde</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>noch ein paar Sekunden</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>noch weniger als eine Minute</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>noch etwa 1 Stunde</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>noch etwa %1 Stunden</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>etwa %1 Wörter pro Sekunde</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>noch 1 Minute</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>noch %1 Minuten</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 pro Sekunde</translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation>Vorgaben speichern oder ändern</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>Tempogrenze</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>Was aufbewahrt wird, und wo</translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
</context>
</TS>
