<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>Logiciel libre sous licence Apache, version 2.0.</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>Version {0}.</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Construit avec</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>Vos discussions restent sur cet ordinateur. Rien de ce que vous écrivez n’est envoyé où que ce soit.</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>NemoDesk ne compte rien et ne rapporte rien à votre sujet.</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>Il ne se connecte à Internet que lorsque vous le lui demandez.</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>Licences des bibliothèques</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>Version précédente</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} sur {1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Version suivante</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Régénérer</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>Continuer à partir d’ici dans une nouvelle discussion</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>pas de carte graphique</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>Votre ordinateur&#xa0;: %1, %2 de mémoire, %3.</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1 (partage la mémoire)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>un processeur inconnu</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1, que NemoDesk ne peut pas encore utiliser</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>Vaut dès votre prochain message. Le modèle est rechargé pour cela.</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>Vos choix valent dès votre prochain message.</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>%1 tokens contiennent environ %2 mots et prennent %3 de mémoire.</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>Cet ordinateur peut en contenir jusqu’à %1 en ce moment.</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>Choisissez moins, sinon le modèle ne pourra pas être chargé.</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>Vos choix ont été remplacés</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>Ils n’étaient pas enregistrés comme préréglage.</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>Les reprendre</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>Fichiers joints</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>%1 est joint.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>Placer le texte dans le message</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Retirer %1</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>Texte collé</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Image collée</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>Enregistrer sous</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>Lecture…</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1&#xa0;: %2 sans texte, que le modèle ne peut pas lire.</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>Lecture… %1 sur %2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 page</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 mot</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>Ce modèle ne peut pas voir les images&#xa0;: il n’en reçoit que le nom.</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 pages</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1 mots</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>Tout sauvegarder</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>Une phrase secrète scelle la sauvegarde&#xa0;: personne ne peut l’ouvrir sans elle, et personne ne peut la retrouver si elle est perdue. Sans phrase secrète, quiconque a le fichier peut lire vos discussions.</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>Choisir un emplacement…</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>Phrase secrète, si vous le souhaitez</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>La même encore une fois</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>Y conserver aussi les clés</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>Comme la clé pour Hugging Face. Seulement avec une phrase secrète.</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>Une phrase secrète doit compter au moins %1 caractères.</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Les deux ne sont pas identiques.</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>Affiché actuellement</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>Afficher plus</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>Supprimer le dossier, garder ses discussions</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Remettre dans les discussions</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Épingler</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Désépingler</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>Déplacer vers un dossier</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiver</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Nouveau dossier…</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>Sortir du dossier</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>Titre de la discussion</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>Nom du dossier</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>Temporaire</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Épinglées</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>7 derniers jours</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>Dossier %1, replié</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>Dossier %1</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>Discussions</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>Nouveau dossier</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>«&#xa0;%1&#xa0;» est dans les archives.</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>Les discussions sont dans les archives (%1).</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>«&#xa0;%1&#xa0;» a été supprimée.</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>Les discussions ont été supprimées (%1).</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>Le dossier «&#xa0;%1&#xa0;» a été supprimé. Ses discussions sont toujours là.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>Déposez les fichiers ici pour les joindre</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>Menu de la discussion</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>Afficher les discussions</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>Discussion temporaire</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>Chargement du modèle… %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>Lecture… %1 tokens sur %2</translation>
    </message>
</context>
<context>
    <name>ChatSettings</name>
    <message>
        <source>Temperature</source>
        <translation>Température</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest; more is more varied.</source>
        <translation>La liberté dans le choix des mots. 0 prend toujours le plus probable&#xa0;; une valeur plus élevée varie davantage.</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>Garde les mots les plus probables qui forment ensemble cette part. 1 les garde tous.</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>Écarte les mots bien moins probables que le plus probable. 0 les garde tous.</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>Garde ce nombre de mots parmi les plus probables. 0 les garde tous.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Graine</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>La même graine et la même question redonnent la même réponse.</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>Nombre maximal de nouveaux tokens</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>La longueur qu’une réponse peut atteindre. 100 tokens font environ 75 mots. Vide&#xa0;: le modèle s’arrête de lui-même.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sans limite</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Longueur du contexte</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>Ce que le modèle peut retenir de la discussion, en tokens. Vide&#xa0;: NemoDesk choisit ce que cet ordinateur contient sans peine.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation>Paramètres de la discussion</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Affiché actuellement</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>Paramètres de la discussion</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>Fermer les paramètres de la discussion</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>À quoi s’appliquent ces choix</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Cette discussion</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>Toutes les discussions avec ce modèle</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Tout réinitialiser</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>Choix des mots</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Longueur</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>Façon de parler au modèle</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation>Tout vérifier</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>Vérification de vos modèles</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>Modèles vérifiés</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>Lit chaque fichier de modèle en entier et le compare à ce qu’il doit être. Les grands modèles prennent quelques minutes.</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Copier le code</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation>Joindre un fichier</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Envoyer</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>Choisissez un modèle pour commencer</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>Un fichier est encore en cours de lecture.</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>Connexions</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>Ce qui est contacté</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>Le hub</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>Votre clé</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>NemoDesk se connecte à %1 et aux serveurs que celui-ci indique pour ses fichiers, et seulement lorsque vous cherchez des modèles, consultez leurs détails ou en téléchargez un. À rien d’autre, et jamais avec vos discussions.</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>Résumer le début</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>Utiliser un contexte plus long</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>Arrêter le résumé</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>%1&#xa0;milliers au lieu de %2. Le modèle est rechargé pour cela.</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation>Contexte</translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation>%1 sur %2&#xa0;milliers</translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation>environ %1 sur %2&#xa0;milliers</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>La part occupée de ce que le modèle peut lire à la fois, en milliers de morceaux de mots. Appuyez pour voir les détails.</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>Cette discussion devient trop longue pour le modèle. À partir de votre prochain message, il n’en lira plus le début&#xa0;; une ligne dans la discussion marquera l’endroit.</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>Votre message est trop long pour le modèle&#xa0;: il compte %1 morceaux de mots (tokens), et il y a de la place pour %2. Raccourcissez-le, ou laissez le modèle utiliser un contexte plus long.</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>Pour continuer, le modèle ne lit plus le début de cette discussion.</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>Chargement du modèle… %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>Le modèle lit la discussion… %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>Le modèle écrit un résumé du début. Vos messages restent.</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>Résumé du début de la discussion</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>Ce que lit le modèle</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>Ce sont des estimations tant que le modèle n’est pas chargé.</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>À chaque message, le modèle relit la discussion. Il peut retenir %1 morceaux de mots (tokens) à la fois, soit environ %2 mots d’anglais.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Instructions</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>Résumé du début</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Votre message</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>Réponse jusqu’ici</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>Gardé libre pour la réponse</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>Recherche des choix en cours</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>Choix pour %1</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Choix</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Vitesse</translation>
    </message>
</context>
<context>
    <name>DownloadItem</name>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Monter</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Descendre</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Retirer de la liste</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1 attend le réseau</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>Une nouvelle tentative se fera d’elle-même.</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Afficher le téléchargement</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>%1 n’a pas été téléchargé</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>%1 est arrivé</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>Il a été vérifié et peut être utilisé dès maintenant, y compris dans la discussion ouverte.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>L’utiliser</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>Attend le réseau</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pause</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Vérification en cours</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>Arrivé et vérifié</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>Téléchargements</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>Aucun téléchargement</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>Les modèles que vous téléchargez sont listés ici pendant qu’ils arrivent.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Trouver un modèle</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>Ils reprennent après une interruption, et sont vérifiés à leur arrivée.</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>Notez votre clé de récupération</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>Elle ouvre vos discussions si le trousseau ou le mot de passe est perdu. Sans elle, elles sont alors perdues, et personne ne peut vous aider. Gardez-la sur papier, ou sur un autre appareil.</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>Chiffrer mes discussions</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>Tapez deux de ses groupes, pour être sûr qu’elle est juste sur votre note&#xa0;:</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>Groupe %1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>Mot de passe (peut rester vide)</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>Cet ordinateur n’a pas de trousseau qui puisse garder la clé&#xa0;; un mot de passe doit donc ouvrir vos discussions à chaque démarrage.</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>Sans mot de passe, vos discussions s’ouvrent d’elles-mêmes tant que votre session est ouverte sur cet ordinateur. Avec un mot de passe, NemoDesk le demande à chaque démarrage.</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>Le groupe %1 n’est pas juste. Comparez-le avec ce qui figure ci-dessus.</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>Chiffrer mes discussions…</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>Désactiver le chiffrement…</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>Afficher la clé de récupération</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>Chiffrement de vos discussions</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>Désactiver le chiffrement&#xa0;?</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>Quiconque peut lire les fichiers de cet ordinateur pourra alors lire vos discussions. La clé de récupération et le mot de passe ne seront plus nécessaires.</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>Désactiver le chiffrement</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>Tout effacer&#xa0;?</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>Toutes les discussions, les pièces jointes et leurs copies, tous les paramètres, les clés et mots de passe ainsi que les journaux sont effacés définitivement, et NemoDesk se ferme. Les modèles restent. Les disques SSD peuvent garder d’anciens blocs un certain temps.</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>Tout effacer</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>EFFACER</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Tapez %1 pour continuer</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>Tapez d’abord le mot %1.</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>Cela ne fonctionne pas ici</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>Ceci n’existe plus</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>Mémoire insuffisante</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>La discussion est trop longue</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Pas de connexion</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>Ce modèle ne peut pas être utilisé</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>Ce fichier ne peut pas être lu</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>Le moteur a eu un problème</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>L’enregistrement a échoué</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation>Discussions importées&#xa0;: %1.</translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation>Déjà présentes&#xa0;: %1.</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>Laissées de côté&#xa0;: %1.</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>L’opération a été arrêtée avant la fin.</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>Et %1 de plus.</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1 (%2) n’est pas sur cet ordinateur. Cherchez-le dans Modèles.</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>Créée le %1 par %2.</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>Discussions&#xa0;: %1. Messages&#xa0;: %2. Paramètres&#xa0;: %3. Clés&#xa0;: %4. Modèles dans la liste&#xa0;: %5.</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>Tout redevient comme dans la sauvegarde. Les autres discussions vont dans la corbeille, et les autres paramètres reprennent leurs valeurs par défaut.</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>Ce qui est ici est d’abord sauvegardé.</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>Discussions de NemoDesk</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>Exporter en .html, .md, .json ou .jsonl</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>Où conserver vos discussions</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>Exportation de vos discussions en cours</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>1 discussion est dans ce fichier&#xa0;:</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>%1 discussions&#xa0;:</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>Exporté</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>Discussions à importer</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>Discussions (*.json *.jsonl *.zip *.nemodesk);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>Importation des discussions en cours</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>Où conserver la sauvegarde</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>Sauvegarde complète en cours</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>La sauvegarde est faite.</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>Sauvegardes de NemoDesk (*.nemodesk);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>La sauvegarde à restaurer</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>Lecture de la sauvegarde en cours</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>Restauration de la sauvegarde en cours</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>Ce qui était ici auparavant est conservé dans %1.</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>Une autre opération est encore en cours. Attendez qu’elle soit terminée.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Retirer %1</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>%1: %2</source>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>Réinitialiser&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>Prompt système</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>Rien. Par exemple&#xa0;: Réponds brièvement.</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>Ce que l’on dit au modèle avant votre premier message&#xa0;: qui il doit être, comment il doit écrire.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Réflexion</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>Au gré du modèle</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Réfléchir d’abord</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>Répondre aussitôt</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>La réflexion améliore les réponses difficiles et ralentit toutes les réponses.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Gabarit de discussion</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>La façon dont les messages sont assemblés pour le modèle, en Jinja. Vidé, il redevient celui du modèle.</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>Votre choix pour toutes les discussions avec ce modèle.</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>Recommandé</translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation>Recommandé pour ce modèle&#xa0;: %1.</translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation>Ce n’est pas celui du modèle.</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>C’est celui du modèle.</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>Ouvrir un fichier de modèle</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>Fichiers de modèle (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Joindre des fichiers</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>Aucun modèle du catalogue ne convient bien à cet ordinateur. Le modèle de départ, lui, convient, et vous pouvez ouvrir votre propre fichier de modèle dans Modèles.</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 à télécharger</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>demande %1 de mémoire</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>En attendant qu’il arrive, le modèle de départ répond. Vos discussions restent.</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>Vous pourrez discuter dès qu’il sera là.</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>%1 est en route</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Afficher le téléchargement</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation>Déplacer…</translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation>Déplacement de vos modèles</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation>Archives</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Corbeille</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurer</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>Supprimer définitivement…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>Vider la corbeille…</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Remettre dans les discussions</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>Les utiliser</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Pas maintenant</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>Général</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>Le contraste élevé donne des contours nets à tout.</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Discussions</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>Le bon modèle</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>La page d’accueil examine cet ordinateur et indique le meilleur modèle pour lui.</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>Afficher à nouveau la page d’accueil</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>Où sont vos paramètres</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>Suivre le système</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Contraste élevé</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>Hugging Face est interrogé</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>Chercher «&#xa0;{0}&#xa0;» sur Hugging Face</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>«&#xa0;{0}&#xa0;» sur Hugging Face</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>Rien n’y porte ce nom. Essayez avec moins de mots, ou d’autres.</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>Il ne contient aucun fichier de modèle que NemoDesk puisse charger.</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>Aller à la fin</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>Certains modèles ne sont remis qu’aux personnes qui ont accepté leur licence sur Hugging Face. Une clé («&#xa0;access token&#xa0;») de votre compte y donne accès. Le droit «&#xa0;Read&#xa0;» suffit.</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>Ajouter une clé…</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>Remplacer la clé…</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>Retirer la clé…</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>Une clé est conservée.</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>Il n’y a pas de clé.</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>Retirer la clé&#xa0;?</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>Les modèles qui en ont besoin ne pourront alors plus être téléchargés. La clé elle-même reste valide.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>Clé de récupération</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation>La clé pour Hugging Face</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>Conserver la clé</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>Copiez-la depuis la page «&#xa0;Access Tokens&#xa0;» de votre compte sur Hugging Face.</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>Ce n’est pas une clé&#xa0;: elle contient des espaces ou d’autres signes.</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>Votre clé de récupération</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>Quiconque l’a peut lire vos discussions. Gardez-la sur papier, ou sur un autre appareil.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>Clé de récupération</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Déverrouiller</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>Commencer avec des discussions vides…</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>Commencer avec des discussions vides&#xa0;?</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>Sans mot de passe ni clé de récupération, personne ne peut lire vos discussions, pas même vous. Leur fichier est conservé à côté du nouveau, au cas où la clé de récupération réapparaîtrait.</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>Commencer avec des discussions vides</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>Utiliser le mot de passe</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>Utiliser la clé de récupération</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>Redemander au trousseau</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>Réessayez dans %1&#xa0;s.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Recherche…</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>Le trousseau ne donne pas la clé.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Vos discussions sont chiffrées</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>Le trousseau de cet ordinateur ne donne pas leur clé. Déverrouillez le trousseau, ou tapez la clé de récupération que vous avez notée.</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>Oublié&#xa0;? Vos discussions ne sont pas chiffrées, ce n’est donc qu’une porte&#xa0;: «&#xa0;nemodesk settings reset lock.enabled&#xa0;» dans un terminal l’ouvre.</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>NemoDesk est verrouillé</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>Tapez votre mot de passe pour voir vos discussions.</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>Ce mot de passe n’est pas le bon.</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>Vous commencez avec des discussions vides</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>Celles qui sont chiffrées sont conservées sous %1.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>Déposez le modèle ici pour l’ajouter</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Téléchargements</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>Nouvelle discussion dont rien n’est conservé</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chercher dans les discussions</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Écrire un message</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Envoyer le message</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>Commencer une nouvelle ligne</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>Modifier votre dernier message, quand rien n’est écrit</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Arrêter la réponse</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>Arrêter la réponse, ou fermer ce qui est ouvert</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>Joindre des fichiers au message</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>Afficher ou masquer les discussions</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>Paramètres de la discussion</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>Renommer la discussion, dans la liste</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>Verrouiller NemoDesk, quand il y a un mot de passe</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>Afficher ces raccourcis</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>Fermer NemoDesk</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>Afficher le résumé</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Résumé</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>Le modèle écrit un résumé de ce qui précède.</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>Le modèle lit un résumé de ce qui précède.</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>De ce qui se trouve au-dessus de cette ligne, le modèle ne lit plus que le résumé.</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>Le modèle ne lit plus ce qui se trouve au-dessus de cette ligne.</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>Masquer le résumé</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>Fil de la discussion</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>Message modifié</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Renvoyer</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>Vous</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistant</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>Vous avez arrêté cette réponse.</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>Cette réponse a été interrompue. «&#xa0;Continuer&#xa0;» la reprend à cet endroit.</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>Cette réponse a atteint sa limite de longueur. «&#xa0;Continuer&#xa0;» la reprend à cet endroit.</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>Cette réponse n’a pas pu être terminée.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Régénérer</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation>Recommandé</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>En service</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Télécharger</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>Ouvrir sa page sur Hugging Face</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>Retirer {0} de cet ordinateur&#xa0;? Les discussions avec lui restent.</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>Modèles sur cet ordinateur</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>Ouvrir un fichier de modèle…</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>Il n’y a pas encore de modèle sur cet ordinateur. Téléchargez-en un dans Modèles.</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>%1 sera chargé avec votre prochain message</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>%1 fonctionne sur la carte graphique (%2)</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1 fonctionne sur le processeur</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1, sur cet ordinateur</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>%1 modèles n’ont pas été ajoutés</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 est prêt</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>%1 modèles sont prêts</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1 a été retiré.</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 et %2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>1 modèle de %2 est déjà sur cet ordinateur&#xa0;: %1.</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>%1 modèles de %2 sont déjà sur cet ordinateur.</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>Ouvrir un fichier de modèle…</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>Chercher de nouveaux modèles</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Chercher des modèles</translation>
    </message>
    <message>
        <source>Model list</source>
        <translation>Liste des modèles</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation>Ce que cet ordinateur peut faire fonctionner, et à quelle vitesse il écrirait.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>Adaptés à cet ordinateur</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Sur cet ordinateur</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>Rien trouvé ici</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>Aucun modèle de cet ordinateur ou du catalogue ne s’appelle «&#xa0;{0}&#xa0;».</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Rien à afficher</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>Choisissez «&#xa0;Tous&#xa0;» pour voir tous les modèles.</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>Aucun modèle pour l’instant</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>Ouvrez un fichier de modèle, ou déposez-en un ici. Les fichiers de modèle se terminent par .gguf.</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>Nom du préréglage</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>Par exemple&#xa0;: Réponses courtes</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>Il existe un préréglage de ce nom. L’enregistrement le remplace.</translation>
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
        <translation>Affiché actuellement</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1 terminés</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>Écrivez un nombre entre %1 et %2.</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>Écrivez un nombre entier entre %1 et %2.</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>Cette sauvegarde est protégée</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>Saisissez la phrase secrète avec laquelle elle a été faite.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Phrase secrète</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>Saisissez d’abord la phrase secrète.</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>Définir un mot de passe…</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>Changer le mot de passe…</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>Retirer le mot de passe…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Verrouiller maintenant</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>Verrouillage automatique</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>Seulement au démarrage</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>Après %1 minutes</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>NemoDesk le demande à chaque démarrage, et après un verrouillage. Il n’est noté nulle part&#xa0;: seule la clé de récupération aide en cas d’oubli.</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>NemoDesk le demande à chaque démarrage, et après un verrouillage. Sans chiffrement, ce n’est qu’une porte&#xa0;: quiconque peut lire les fichiers de cet ordinateur peut lire vos discussions.</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>Quiconque utilise cet ordinateur pourra alors ouvrir NemoDesk et lire vos discussions.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>Cet ordinateur n’a pas de trousseau qui puisse garder la clé&#xa0;: NemoDesk demandera alors la clé de récupération à chaque démarrage.</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>Retirer le mot de passe&#xa0;?</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>Retirer le mot de passe</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation>Choisir un mot de passe</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>Définir le mot de passe</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Nouveau mot de passe</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>La même encore une fois</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Les deux ne sont pas identiques.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>Un mot de passe doit compter au moins %1 lettres. Quatre mots sans lien entre eux sont faciles à retenir et difficiles à deviner.</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>Performances</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>NemoDesk trouve de lui-même ce qui convient à cet ordinateur. Ne changez ceci que pour faire un essai, ou pour laisser de la place à d’autres programmes.</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>Ce qui calcule</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>Ce qu’une discussion prend de mémoire</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>La variable %1 de votre système l’emporte sur ce choix.</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>«&#xa0;Automatique&#xa0;» correspond à %1 sur cet ordinateur.</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>Cette édition de NemoDesk calcule sur le processeur seul.</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>Dans le trousseau de cet ordinateur, que protège l’ouverture de votre session.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>NemoDesk est portable ici&#xa0;: les paramètres sont dans le fichier %1, et les clés sont oubliées à sa fermeture.</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>Le trousseau de cet ordinateur ne peut pas être utilisé en ce moment. Les paramètres sont en attendant dans le fichier %1, et les clés sont oubliées à la fermeture de NemoDesk.</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>Elle est dans le trousseau de cet ordinateur, et n’est jamais affichée.</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>Elle est oubliée à la fermeture de NemoDesk&#xa0;: le trousseau ne peut pas être utilisé en ce moment.</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>Préréglage</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>Enregistrer ou modifier des préréglages</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>Des choix sous un nom</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>Aucun préréglage</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1, modifié</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>Vos propres choix</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>Enregistrer comme préréglage…</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>Enregistrer les changements dans «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>Renommer «&#xa0;%1&#xa0;»…</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>Supprimer «&#xa0;%1&#xa0;»…</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>Enregistrer comme préréglage</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Renommer le préréglage</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>Supprimer le préréglage «&#xa0;%1&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>Les discussions qui l’utilisent gardent ses valeurs.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Enregistrer sous…</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>Seul le début est affiché ici. Le modèle reçoit tout ce qui tient.</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>Texte du fichier</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>Cette image ne peut pas être affichée.</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>Confidentialité et sécurité</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Travailler hors ligne</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>NemoDesk n’établit alors aucune connexion&#xa0;: ni recherche de modèles, ni téléchargement.</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>Tout effacer…</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Chiffrement</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Connexions</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>Ce qui est conservé, et où</translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Télécharger</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>Restaurer cette sauvegarde&#xa0;?</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurer</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>Les discussions qui sont ici</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>Les garder aussi</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>Les mettre dans la corbeille</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>Les discussions absentes d’ici sont ajoutées, et les paramètres de la sauvegarde s’appliquent.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Masquer</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation>%1 Vouliez-vous dire %2&#xa0;?</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Les paramètres sont en attendant conservés dans %2&#xa0;; les clés et les mots de passe sont oubliés quand NemoDesk se ferme.</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Les paramètres sont conservés dans %2&#xa0;; les clés et les mots de passe sont oubliés quand NemoDesk se ferme.</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 Nouvelle tentative dans %2&#xa0;s.</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 Ce qu’il contenait ne compte pas.</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1 appartient à %2, à qui il manquerait. Utilisez-le là où il est, ou copiez-le.</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>%1 est venu avec NemoDesk, et part avec lui.</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>%1 est injoignable. Vérifiez le réseau, ainsi que HF_ENDPOINT et HTTPS_PROXY si vous les avez définis, et réessayez.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>%1 ne peut pas être lu (%2). Vérifiez qu’il est toujours là et que vous avez le droit de le lire.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>%1 ne peut pas être lu (%2). Vérifiez que vous avez le droit de le lire.</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>%1 ne peut pas être lu. Donnez un fichier que vous avez le droit de lire.</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>%1 ne peut pas être écrit (%2). Choisissez un autre emplacement.</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>%1 ne sait pas chercher. Donnez plutôt le nom complet d’un modèle, sous la forme OWNER/NAME.</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>%1 n’a pas pu être chargé&#xa0;: le fichier est endommagé ou fait pour une autre version du moteur. Téléchargez-le à nouveau, ou mettez NemoDesk à jour.</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>%1 n’a pas pu être lu&#xa0;: une partie de NemoDesk n’a pas démarré. Réessayez, ou réinstallez NemoDesk.</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>%1 n’accepte pas la clé de HF_TOKEN. Créez-en une nouvelle sur %2, ou retirez HF_TOKEN.</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>%1 ne répond pas comme un hub. Réessayez plus tard, ou vérifiez HF_ENDPOINT si vous l’avez défini.</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>%1 ne répond pas à temps. Vérifiez le réseau et réessayez.</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>%1 refuse l’accès (statut %2). Vérifiez HF_TOKEN si vous l’avez défini, ou choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>%1 ne contient pas de clé du hub. Copiez à nouveau la clé, en un seul mot, ou retirez-la.</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>%1 ne contient pas l’adresse d’un proxy. Écrivez-la sous la forme http://HOST:PORT, ou retirez-la.</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>%1 cartes graphiques avec %2 au total</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>%1 a lui-même un problème (statut %2). Réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>%1 a reçu trop de demandes d’ici. Réessayez %2.</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>%1 n’a pas de modèle GGUF. Cherchez plutôt «&#xa0;%2 GGUF&#xa0;».</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>%1 n’a pas de «&#xa0;%2&#xa0;». Choisissez parmi&#xa0;: %3.</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>%1 contient plus de %2 fichiers. Choisissez le dossier des discussions seul.</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>%1 contient plus de 8&#xa0;millions de caractères, ce qu’aucun modèle ne peut lire ici. Donnez-en la partie qui compte.</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>%1 ne contient pas de texte&#xa0;: ses pages sont des images. Laissez un programme de reconnaissance de texte (OCR) ajouter le texte, et donnez le résultat.</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1 en %2 bits</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1 est un fichier. Choisissez un dossier.</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1 est un dossier. Donnez les fichiers qu’il contient.</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1 est un lien vers un autre fichier. Utilisez-le là où il est, ou copiez-le.</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>%1 est en cours d’écriture. Attendez que ce soit terminé.</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1 est endommagé et ne peut pas être lu. Enregistrez-le à nouveau, ou donnez un autre fichier.</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1 est endommagé&#xa0;: son contenu n’est pas ce que %2 doit être d’après son nom. Reprenez le fichier à sa source.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 est vide.</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1 est en cours d’utilisation, et Windows ne le libère pas. Fermez les discussions et les programmes qui l’utilisent, puis retirez-le.</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1 est maintenant dans votre bibliothèque, mais %2 n’a pas pu être supprimé. Supprimez-le vous-même.</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1 est conservé dans %2. Supprimez-y le fichier si vous ne voulez plus du modèle.</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1 n’est pas un adaptateur LoRA pour ce modèle. Choisissez un adaptateur au format GGUF fait pour lui.</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1 n’est ni un fichier texte, ni un PDF, ni un document, ni une image lisible. Enregistrez-le en texte brut ou en PDF et donnez ce fichier.</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1 n’est pas vide. Choisissez un dossier nouveau ou vide pour vos modèles.</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>%1 n’est plus dans la corbeille. Téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1 est protégé par un mot de passe. Enregistrez-le sans mot de passe et donnez ce fichier.</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1 est trop volumineux&#xa0;: un fichier texte peut faire 8&#xa0;Mo, un autre fichier 64&#xa0;Mo. Donnez-en la partie qui compte.</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>%1 couches de ce modèle ne tiennent pas sur la carte graphique. Choisissez-en moins, ou -1 pour autant qu’il en tient.</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>%1 se trouve dans le dossier des modèles lui-même. Choisissez un dossier hors de %2.</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>%1 ne peut être ni lu ni modifié, ou un autre programme l’utilise. Vérifiez les droits d’accès, ou fermez ce programme.</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>%1 n’a plus le fichier %2. Cherchez à nouveau le modèle et choisissez un autre fichier.</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>%1 prend %2.</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>%1 a été écrit pendant le déplacement des modèles. Mettez les téléchargements en pause et réessayez&#xa0;; vos modèles sont toujours dans %2.</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1, %2 cœurs, %3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1, %2 couches sur la carte</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1&#xa0;: %2 convient bien et écrit %3.</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1&#xa0;: %2 convient, et écrit %3.</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>Un contexte de %1 tokens demande %2 de mémoire et cet ordinateur a %3 libres. Jusqu’à %4 tokens tiennent&#xa0;: choisissez cette valeur ou moins.</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>Une copie de %1&#xa0;s’est révélée différente de l’original. Rien n’a été changé&#xa0;: vérifiez le disque et réessayez.</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>Un message de cette discussion compte %1 tokens (morceaux de mots), plus que ce que le modèle peut lire pour le résumer (%2). Choisissez un contexte plus long.</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>Une partie de NemoDesk n’a pas pu démarrer. Réinstallez NemoDesk.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>Un mot de passe doit compter au moins %1 lettres. Quatre mots sans lien entre eux sont faciles à retenir et difficiles à deviner.</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>Une clé de récupération a %1 lettres et chiffres en %2 groupes&#xa0;; en voici %3. Regardez s’il en manque un ou s’il y en a un en double.</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>Un très petit modèle livré avec NemoDesk, pour que vous puissiez discuter tout de suite&#xa0;; ses réponses sont simples et souvent fausses.</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>Après combien de temps sans utilisation il redemande.</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>Une réponse terminée ne peut pas être une réponse en cours d’écriture.</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>Un autre NemoDesk télécharge ce modèle. Celui-ci l’attend.</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>Un autre programme utilise vos discussions et ne les libère pas. Fermez les autres fenêtres de NemoDesk et réessayez.</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>Choisissez une phrase secrète de %1 caractères ou plus.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>Fermez d’autres programmes ou choisissez un modèle plus petit.</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>Chaque réponse indique à quelle vitesse elle a été écrite.</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>Reprenez le fichier à sa source, ou utilisez un autre modèle.</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>Donne à notre conversation un titre de deux à six mots, dans la langue de ma question. Réponds par le titre seul, sans guillemets.</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>HF_ENDPOINT ne contient pas l’adresse d’un hub. Écrivez-la sous la forme https://HOST, ou retirez-la.</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>Avec quelle précision la discussion est gardée en mémoire&#xa0;; q8_0 prend moitié moins de place.</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>À quelle vitesse tous les téléchargements ensemble peuvent aller.</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>Combien de temps les discussions et modèles retirés restent dans la corbeille.</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>Combien de couches d’un modèle la carte graphique calcule.</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>Combien de threads du processeur calculent.</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>Ce qu’un modèle garde à l’esprit d’une discussion.</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>L’aspect de la fenêtre&#xa0;; «&#xa0;system&#xa0;» suit l’ordinateur.</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>Installez l’édition de NemoDesk pour les ordinateurs plus anciens.</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>Au lieu de %1, une page web a répondu. Si ce réseau demande une connexion à un compte, faites-la dans un navigateur et réessayez.</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>Il contient bien plus de valeurs que n’importe quelle discussion.</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>Il est endommagé ou imbriqué à l’excès.</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>Il est plus grand que %1.</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>Ce n’est pas une discussion d’un type que NemoDesk connaît.</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>Il lui faut %1 de mémoire et il écrit %2 %3.</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>Il lui faut %1 de mémoire, et cet ordinateur peut en donner %2.</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>Il garde maintenant la discussion dans moins de mémoire.</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>Il fonctionne maintenant sur le processeur seul.</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>Il accepte maintenant des discussions d’environ %1 mots au plus.</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>Il a été laissé de côté&#xa0;: décompressé, il atteindrait une taille démesurée.</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>Les clés ne sont conservées dans une sauvegarde qu’avec une phrase secrète. Choisissez-en une.</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>Sait et comprend bien plus de choses, et il est rapide là où il tient&#xa0;; demande environ 24&#xa0;Go de mémoire ou plus.</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>Laissez Ollama le télécharger à nouveau, ou utilisez un autre modèle.</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>Le chargement a été arrêté.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>NemoDesk demande un mot de passe avant d’afficher les discussions.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>NemoDesk ne peut pas conserver ses fichiers dans %1&#xa0;: %2. Faites de la place ou autorisez-y l’écriture, ou choisissez un autre dossier avec NEMODESK_HOME.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>NemoDesk ne peut pas conserver ses fichiers dans %1&#xa0;: %2. Faites de la place ou autorisez-y l’écriture.</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>NemoDesk ne peut pas utiliser la liste de vos modèles dans %1. Vérifiez le disque et les droits d’accès du dossier.</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>NemoDesk ne peut pas écrire dans %1&#xa0;: %2. Faites de la place ou autorisez-y l’écriture, et réessayez.</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>NemoDesk est en train de se fermer. Redémarrez-le.</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>NemoDesk est déjà ouvert, peut-être sur un autre ordinateur, et ne répond pas. Fermez-le là-bas, puis redémarrez-le.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>NemoDesk est portable ici.</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>NemoDesk n’établit aucune connexion.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>NemoDesk n’a pas le droit d’écrire dans %1, où sont conservées vos discussions. Autorisez-le à y écrire, ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>NemoDesk n’a pas le droit d’écrire dans %1. Autorisez-y l’écriture, ou choisissez un autre dossier pour les modèles.</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>Aucune autorité dans %1 (SSL_CERT_FILE) ne se porte garante de %2. Ajoutez celle de ce réseau, ou retirez SSL_CERT_FILE pour vous fier à celles du système.</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>Aucune autorité à laquelle cet ordinateur se fie ne se porte garante de %1. Si le réseau inspecte les connexions, indiquez dans SSL_CERT_FILE le fichier de son autorité de certification.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>Aucun modèle n’est chargé. Choisissez d’abord un modèle.</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>Aucune clé de récupération ne contient %1. Regardez à nouveau votre note.</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>Aucune connexion sécurisée à %1 n’est possible. Vérifiez HTTPS_PROXY et HF_ENDPOINT si vous les avez définis, et réessayez.</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>Rien n’a été importé de %1&#xa0;: rien de ce qui s’y trouve n’est une discussion que NemoDesk puisse lire. Il lit ses propres exportations et celles de ChatGPT, Open WebUI et LM Studio.</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>Le mode hors ligne est activé (HF_HUB_OFFLINE), NemoDesk ne se connecte donc à personne. Désactivez-le pour chercher ou télécharger des modèles.</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>Seule une réponse peut être continuée, pas une question.</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>Il manque la partie %1 sur %2 de ce modèle&#xa0;: %3. Téléchargez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>Image %1&#xa0;: elle est jointe, mais tu ne peux pas la voir.</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>Rapide et habile pour sa taille&#xa0;; fonctionne bien sur la plupart des ordinateurs.</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>La lecture de %1 prenait trop de temps ou de mémoire et a été arrêtée. Donnez un fichier plus simple ou plus court.</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>Retirez-le et téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>Exécutez `nemodesk models list` pour voir lesquels existent.</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>Les paramètres et les clés sont dans le trousseau de cet ordinateur (%1).</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>Les paramètres ne peuvent pas être conservés&#xa0;: %1 ne peut pas être écrit. Faites de la place sur le disque ou autorisez-y l’écriture.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Arrêté. Rien n’a été changé.</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>Arrêté. Ce qui a été fait auparavant est conservé.</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>Arrêté. Vos discussions sont comme elles étaient.</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>Résume notre conversation jusqu’ici, de sorte qu’elle puisse continuer à partir de ton seul résumé. Garde les noms, les nombres, les décisions, les résultats et les questions ouvertes. Écris au plus 200 mots, dans la langue de notre conversation, et rien d’autre que le résumé.</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>C’était faux plusieurs fois. Attendez %1&#xa0;s et réessayez.</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>La valeur «&#xa0;%1&#xa0;» doit être comprise entre %2 et %3, et non %4.</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>Le compte de votre HF_TOKEN n’a pas encore le droit d’utiliser %1. Acceptez sa licence sur %2, et réessayez une fois l’accès accordé.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>La réponse a été arrêtée.</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>L’archive est endommagée ou n’a pas été téléchargée en entier.</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>Les autorités de certification de %1 ne peuvent pas être lues. Vérifiez SSL_CERT_FILE, ou retirez-le.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>Le certificat de %1 n’est pas valide aujourd’hui. Vérifiez la date et l’heure de cet ordinateur.</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>Le certificat présenté appartient à un autre ordinateur que %1. Vérifiez HF_ENDPOINT.</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>Le gabarit de discussion contient une erreur&#xa0;: %1. Rétablissez celui du modèle.</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>Les discussions sont déjà fermées. Redémarrez NemoDesk.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>La connexion à %1&#xa0;s’est interrompue. Réessayez.</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>La connexion au hub a été interrompue.</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>Le disque est plein. Ce qui est arrivé du modèle est conservé dans %1&#xa0;: faites de la place, puis reprenez le téléchargement.</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>Le disque refuse %1&#xa0;: %2. Vérifiez le disque.</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>Le disque refuse de conserver le modèle dans %1. Vérifiez le disque, puis reprenez le téléchargement.</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>Le disque a signalé un défaut pendant l’enregistrement de vos discussions dans %1. Vérifiez le disque et réessayez.</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>Le disque qui contient %1 est plein. Faites-y de la place et réessayez.</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>Le processus de téléchargement appartient à une autre version de NemoDesk. Réinstallez NemoDesk.</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>Le téléchargement a été interrompu de l’extérieur. Ce qui est arrivé est conservé&#xa0;; reprenez-le.</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>Le moteur appartient à une autre version de NemoDesk. Réinstallez NemoDesk.</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>Le moteur ne peut pas fonctionner sur ce processeur&#xa0;: il lui manque des instructions avec lesquelles le moteur a été construit.</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>Le moteur n’a pas pu calculer cette réponse. Réessayez.</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>Le moteur a commis une erreur. Réessayez.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>Le moteur s’est arrêté de façon inattendue.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>Le moteur a été interrompu de l’extérieur, peut-être par manque de mémoire.</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>Le moteur a été arrêté.</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>Le fichier %1 ne correspond pas à la somme de contrôle du hub, même après deux téléchargements. Rien n’en a été conservé. Réessayez plus tard, ou choisissez un autre fichier.</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>Le fichier %1 a changé sur le hub. Il est téléchargé depuis le début.</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>Le fichier %1 a disparu.</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>Le fichier ne correspond pas à la somme de contrôle du hub. Sa partie défectueuse est téléchargée à nouveau.</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>Le fichier a changé entre-temps sur le hub. Cherchez à nouveau le modèle.</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>Le fichier est endommagé ou s’arrête au milieu.</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>Le fichier de %1 a disparu&#xa0;: %2. Connectez son disque, ou retirez-le de la liste avec `nemodesk models remove %3`.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>Le fichier de vos discussions est endommagé, et il ne peut pas être renommé. Fermez les autres fenêtres de NemoDesk, ou déplacez %1 ailleurs, et redémarrez NemoDesk.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>Le fichier de vos discussions est endommagé. Il est conservé sous %1, et NemoDesk continue avec un fichier vide. Réessayez.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>Le fichier de vos discussions est endommagé. Redémarrez NemoDesk&#xa0;: il mettra alors le fichier endommagé de côté dans %1 et sauvera ce qui peut être lu.</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>Le fichier de vos discussions était endommagé et est conservé sous %1. Ont pu être sauvés, dans la mesure où ils étaient lisibles&#xa0;: %2. Réessayez pour continuer.</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>Le dossier %1 est maintenant un lien vers un autre emplacement, que NemoDesk ne suit pas. Supprimez le lien.</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>Le dossier des modèles a disparu&#xa0;: %1. Reconnectez son disque, puis reprenez le téléchargement.</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>La grammaire contient une erreur. Corrigez-la ou laissez-la de côté.</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>Le hub ne dit pas quelle est la taille de %1, qui ne peut donc pas être vérifié. Choisissez un autre fichier.</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>Le hub donne à ce fichier un nom qui se trouverait hors du dossier des modèles, ou qu’aucun disque ne peut contenir. Choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>Le hub a lui-même un problème.</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>Le hub a reçu trop de demandes d’ici.</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>Le hub ne cesse de changer le fichier %1 pendant son téléchargement. Réessayez plus tard.</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>Le hub envoie moins du fichier %1 qu’il n’en a. Réessayez plus tard.</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>Les réponses du hub n’ont pas de sens&#xa0;: un autre programme s’interpose peut-être, comme la page de connexion d’un réseau sans fil. Ouvrez une page web pour voir, puis réessayez.</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>La clé des discussions chiffrées.</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>La clé qui ouvre les dépôts restreints et privés du hub.</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>Le trousseau ne répond pas.</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>Le trousseau est verrouillé.</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>Le trousseau est désactivé pour les programmes Python.</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>Le trousseau refuse.</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>La langue de la fenêtre&#xa0;; «&#xa0;system&#xa0;» suit l’ordinateur.</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>Les auteurs de %1 veulent que vous acceptiez d’abord sa licence. Faites-le sur %2, puis mettez une clé de votre compte dans HF_TOKEN.</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>Le fichier de modèle %1 ne peut pas être lu. Vérifiez le disque et les droits d’accès du fichier.</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>Le fichier de modèle %1 a disparu.</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>Le modèle donne son titre à une nouvelle discussion.</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>Le modèle n’a pas écrit de résumé. Réessayez, ou continuez sans&#xa0;: les messages les plus anciens sont alors laissés de côté.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>Le gabarit de discussion du modèle ne peut pas représenter cette conversation&#xa0;: %1. Essayez sans le prompt système, ou commencez une nouvelle discussion.</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>Le nom %1 est introuvable. Vérifiez que cet ordinateur est connecté à Internet, et réessayez.</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>Le nom de %1 contient des signes qui ne sont pas du texte. Renommez le fichier.</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>Le nouveau fichier de vos discussions s’est révélé différent de l’ancien. Rien n’a été changé&#xa0;: vérifiez le disque et réessayez.</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>Le proxy de ce réseau demande un nom et un mot de passe. Écrivez-les dans HTTPS_PROXY sous la forme http://NAME:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>Le proxy de ce réseau ne laisse pas passer NemoDesk. Vérifiez HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>Le proxy par lequel l’atteindre&#xa0;; vide, c’est celui du système.</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>La corbeille %1 est un lien vers un autre emplacement, que NemoDesk ne suit pas. Supprimez le lien.</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>Il n’y a pas de discussions dans %1.</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>Il n’y a pas encore de modèles sur cet ordinateur.</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>Il existe un nouveau fichier %1. Supprimez-le d’abord si vous voulez reprendre %2 dans la corbeille.</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>Il n’y a pas de pièce jointe portant le numéro %1. Elle a peut-être été retirée.</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>Il n’y a pas de discussion portant le numéro %1. Elle a peut-être été supprimée.</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>Il n’y a pas de téléchargement «&#xa0;%1&#xa0;» dans la liste.</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>Il n’y a pas de fichier %1. Vérifiez son nom et réessayez.</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>Il n’y a pas de fichier %1. Vérifiez le nom et réessayez.</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>Il n’y a pas de dossier portant le numéro %1. Il a peut-être été supprimé.</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>Il n’y a pas de message portant le numéro %1. Sa discussion a peut-être été supprimée.</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>Il n’y a pas de modèle %1 sur %2, ou il est privé. Vérifiez son nom.</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>Il n’y a pas de fichier de modèle %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>Il n’y a pas de fichier de modèle (.gguf) à l’emplacement %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>Il n’y a pas de fichier de modèle (.gguf) dans le dossier %1.</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>Il n’y a pas assez de place dans %1&#xa0;: il faut %2 et %3 sont libres. Libérez %4 ou choisissez un autre disque.</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>Il ne reste plus de place pour %1. Faites de la place, ou choisissez un autre emplacement.</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>Il ne reste plus de place sur le disque, vos discussions ne peuvent donc pas être enregistrées. Faites de la place et réessayez.</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>Il n’y a pas de secret %1.</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>Il n’y a pas de paramètre %1.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>Il n’y a pas assez de mémoire pour un contexte de %1 tokens. Choisissez un contexte plus court ou fermez d’autres programmes.</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>Il n’y a pas assez de mémoire. Fermez d’autres programmes et réessayez.</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>Il n’y a pas assez de place sur le disque&#xa0;: il reste %1 à venir et %2 sont libres. Libérez %3 dans %4, ou choisissez un modèle plus petit.</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>Il n’y a rien dedans.</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>Il n’y a encore rien à résumer dans cette discussion.</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>Ces discussions n’ont pas de mot de passe. Utilisez la clé de récupération.</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>Cette réponse ne peut pas continuer&#xa0;: avec sa question, elle compte %1 tokens (morceaux de mots), et il y a de la place pour %2. Choisissez un contexte plus long, ou demandez le reste dans un nouveau message.</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>Cette réponse est en cours d’écriture dans une autre fenêtre de NemoDesk. Attendez qu’elle soit terminée, ou arrêtez-la là-bas.</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>Cette sauvegarde est endommagée ou n’a pas été copiée en entier. Rien n’a été changé&#xa0;: essayez une autre copie.</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>Cette sauvegarde est protégée. Saisissez sa phrase secrète.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>Cette sauvegarde a été faite par une version plus récente de NemoDesk. Mettez NemoDesk à jour pour la restaurer.</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>Une réponse est en cours dans cette discussion. Arrêtez-la ou attendez sa fin.</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>Cette discussion est trop longue pour le modèle&#xa0;: elle compte %1 tokens (morceaux de mots), et le contexte en contient %2. Commencez une nouvelle discussion ou raccourcissez le message.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>Cet ordinateur a %1 de mémoire, ce qui est trop peu pour les modèles que NemoDesk connaît. Utilisez le modèle de départ.</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>Cet ordinateur n’est pas connecté à Internet. Connectez-le et réessayez.</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>Cet ordinateur n’offre pas de trousseau.</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>Cet élément de la corbeille est endommagé&#xa0;: il indique un emplacement hors du dossier des modèles. Videz la corbeille.</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>Ce fichier contient %1, et non un modèle avec lequel discuter. Choisissez le fichier plus grand à côté de lui.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>Ce fichier n’est pas une sauvegarde de NemoDesk, ou il n’a pas été copié en entier. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>Ce fichier n’est pas une sauvegarde de NemoDesk. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>Ce fichier a été écrit par une version plus récente de NemoDesk. Mettez NemoDesk à jour pour le lire.</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>Ce n’est pas un fichier de modèle GGUF. Choisissez un fichier qui se termine par .gguf et qui a été téléchargé en entier.</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>Ce n’est pas un fichier de discussions.</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>C’est le même modèle que %1, que vous avez dans %2. Inutile de l’ajouter deux fois.</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>Ce message n’est plus affiché. Rouvrez la discussion.</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>Ce message est trop long pour le modèle&#xa0;: il compte %1 tokens (morceaux de mots), et il y a de la place pour %2. Raccourcissez-le, ou choisissez un contexte plus long.</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>Ce modèle ne peut pas garder une discussion dans moins de mémoire (q8_0). Choisissez f16, et un contexte plus court si la mémoire manque.</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>Ce fichier de modèle est endommagé. Téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>Ce fichier de modèle est incomplet&#xa0;: il s’arrête dans son en-tête. Téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>Ce fichier de modèle est incomplet&#xa0;: il a %1 octets sur %2. Téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>Ce fichier de modèle stocke ses poids d’une façon que cette version de NemoDesk ne connaît pas. Mettez NemoDesk à jour, ou choisissez un autre fichier du même modèle.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>Ce fichier de modèle utilise la version %1 de son format, qui est trop ancienne. Téléchargez un fichier plus récent de ce modèle.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>Ce fichier de modèle utilise la version %1 de son format, que cette version de NemoDesk ne connaît pas. Mettez NemoDesk à jour.</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>Ce fichier de modèle a été fait pour un autre type d’ordinateur (big-endian). Téléchargez le fichier habituel de ce modèle.</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>Ce modèle demande au moins %1 de mémoire et cet ordinateur a %2 libres. Fermez d’autres programmes ou choisissez un modèle plus petit.</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>Ce modèle a été fait pour un contexte de %1 tokens au plus, et non %2. Choisissez %3 ou moins.</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>Cela demande %1 d’espace disque libre pour un moment, et il y en a %2. Faites de la place et réessayez. Rien n’a été changé.</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>Cette phrase secrète n’ouvre pas la sauvegarde. Vérifiez-la et réessayez.</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>Ce mot de passe n’est pas le bon. Réessayez.</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>Cette clé de récupération contient quelque part une lettre ou un chiffre faux, ou deux qui ont échangé leur place. Comparez-la avec votre note.</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>Cette clé de récupération est celle d’autres discussions&#xa0;: elle a été créée lors d’un autre chiffrement, ou sur un autre ordinateur. Cherchez celle qui va avec celles-ci.</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>Cette version de NemoDesk ne connaît pas les modèles du type «&#xa0;%1&#xa0;». Mettez NemoDesk à jour, ou choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>Réessayez&#xa0;; le journal contient les détails.</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>Ce qui sert à vérifier le mot de passe est endommagé. Utilisez la clé de récupération.</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>Ce qui sert à vérifier le mot de passe au démarrage.</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>D’où viennent les modèles&#xa0;; vide, c’est huggingface.co.</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>Où se trouvait la fenêtre et comment elle était disposée.</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>Si la première page a reçu une réponse.</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>Si la fenêtre a signalé qu’il n’y a pas de trousseau.</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>Quelle touche envoie un message&#xa0;; l’autre commence une nouvelle ligne.</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>Vos discussions sont déjà chiffrées.</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>Vos discussions sont en cours de chiffrement ou de déchiffrement. Réessayez dans un instant.</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>Vos discussions sont chiffrées, et le trousseau de cet ordinateur ne donne pas leur clé. Déverrouillez le trousseau, ou tapez la clé de récupération.</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>Vos discussions sont chiffrées. Tapez le mot de passe, ou la clé de récupération.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>Vos discussions ne sont pas chiffrées.</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>Vos discussions ont été utilisées en dernier avec une version plus récente de NemoDesk. Rien n’a été changé&#xa0;: mettez NemoDesk à jour pour les ouvrir.</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>Votre ordinateur a %1 de mémoire et %2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>Vos modèles sont déjà dans %1.</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>une carte graphique que cette édition de NemoDesk ne peut pas utiliser</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>une carte graphique avec %1</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>un processeur graphique qui la partage</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>environ %1 mots par seconde</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>environ 1 mot par seconde</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>aussi bon que l’original</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>pour des essais seulement</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>bon, et le choix habituel</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>moins d’un mot par seconde</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>bien plus faible</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>presque aussi bon que l’original</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>pas de carte</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>pas de carte graphique</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>nettement plus faible</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>sur la carte graphique</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>sur la carte graphique et le processeur</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>sur le processeur</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>l’original, non compressé</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>très bon</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>«&#xa0;%1&#xa0;» ne désigne aucun modèle du hub. Écrivez OWNER/NAME, comme dans unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>«&#xa0;%1&#xa0;» désigne plusieurs modèles. Choisissez-en un&#xa0;: %2.</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>Écrivez une adresse qui commence par l’un de ces débuts&#xa0;: %1. Ou rien.</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>Suivre le système</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>S’applique aussitôt.</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>S’applique dès le prochain message.</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>S’applique au prochain chargement d’un modèle.</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>S’applique dès la prochaine demande au hub.</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>S’applique au prochain démarrage de NemoDesk.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>La langue de la fenêtre. Les modèles répondent dans la langue de votre discussion.</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>Envoyer les messages avec</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Maj+Entrée commence toujours une nouvelle ligne.</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>Titres des nouvelles discussions</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>Le modèle donne un titre à une discussion après sa première réponse. Vos propres titres restent.</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>Afficher la vitesse des réponses</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>Sous la discussion s’affiche le nombre de mots par seconde que le modèle a écrits.</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>Limite de vitesse des téléchargements</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>En Mo par seconde, pour tous les téléchargements réunis.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sans limite</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>Jours dans la corbeille</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>Pendant ce temps, les discussions et modèles retirés peuvent être récupérés.</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>Threads du processeur</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>Combien d’entre eux calculent. En prendre plus qu’il n’y a de cœurs rapides ralentit.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Couches sur la carte graphique</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>Quelle part d’un modèle la carte graphique calcule. Moins laisse plus de sa mémoire aux jeux et aux autres programmes.</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>Autant qu’il en tient</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>Longueur de contexte habituelle</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>Quelle part d’une discussion les modèles retiennent, en tokens&#xa0;: 1&#xa0;000 font environ 750 mots. Une longueur plus grande prend plus de mémoire. Une discussion peut avoir la sienne.</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>Comment les discussions sont gardées en mémoire</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>Les discussions compressées prennent moitié moins de mémoire et sont lues un peu moins exactement. Les modèles qui ne peuvent pas compresser les gardent exactes.</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Travailler hors ligne</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>NemoDesk n’établit aucune connexion, même quand vous en demandez une.</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>Adresse du hub</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>Où les modèles sont cherchés et d’où ils sont téléchargés.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>Le chemin vers le hub, si votre réseau en a un.</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>Selon le système</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Entrée</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Entrée</translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation>Exact (f16)</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>Compressé (q8_0)</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>Où conserver vos modèles</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Général</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>Modèles et stockage</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Performances</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>Confidentialité et sécurité</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Connexions</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>Sauvegarde et transfert</translation>
    </message>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>Les paramètres sont conservés ailleurs pour l’instant</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation>Venu avec NemoDesk</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>Un fichier que vous avez ouvert</translation>
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
        <translation>Le cache de Hugging Face</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pause</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Vérification en cours</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>demande %1 de mémoire</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>Retirer %1 de cet ordinateur&#xa0;? Les discussions avec lui restent.</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face&#xa0;: %1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Emplacement</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Origine</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 tokens</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>Nom pour la ligne de commande</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>%1 téléchargements par mois</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 à télécharger</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>Type de modèle</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>Discussion la plus longue</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>Vérifié le %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>%1 se trouve dans</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>%1 n’a plus le choix «&#xa0;%2&#xa0;». Consultez ses détails.</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>Il n’y a rien de nouveau.</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>Nouveau dans la liste&#xa0;: %1.</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>La liste des modèles est à jour</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>Nouvelle discussion</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Nouvelle discussion temporaire</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>Masquer les discussions</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chercher dans les discussions</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>Supprimer définitivement&#xa0;?</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>«&#xa0;%1&#xa0;» disparaîtra. C’est irréversible.</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>Les discussions sélectionnées disparaîtront (%1). C’est irréversible.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>Vider la corbeille&#xa0;?</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>Toutes les discussions supprimées disparaîtront. C’est irréversible.</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>Aucune discussion ne contient «&#xa0;%1&#xa0;».</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>Les archives sont vides</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>«&#xa0;Archiver&#xa0;», dans le menu d’une discussion, la range ici.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>La corbeille est vide</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>Aucune discussion pour l’instant</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>Écrivez un message, et la discussion vous attendra ici.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Supprimer définitivement</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Rien trouvé</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>Limite de vitesse</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>Sans limite de vitesse</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>%1 au plus</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>Modèles et stockage</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>Où sont vos modèles</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>Sont-ils intacts&#xa0;?</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Corbeille</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Limites</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>Vos modèles ont été déplacés</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Vérification en cours</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>Exactement comme il doit être</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>Semble intact. Personne n’a indiqué ce que doit être son contenu.</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>%1 sont à nouveau libres.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>La corbeille est vide</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>Vos modèles sont en cours de déplacement. Les téléchargements reprennent ensuite.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>1 modèle</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>%1 modèles</translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation>%1, %2. %3 sont libres sur ce disque.</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>Ce dossier est inaccessible. Connectez son disque et redémarrez NemoDesk, ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>retiré il y a %1 jours</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>retiré aujourd’hui</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>retiré hier</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>Tableau</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>Discussion temporaire&#xa0;: rien n’en est conservé. Elle disparaît quand vous fermez NemoDesk.</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation>Réflexion</translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation>Renommer la discussion</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>Titre de la discussion</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>Enregistrer le titre</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>Sauvegarde et transfert</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sauvegarder…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Restaurer…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importer un fichier…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Importer un dossier…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Page web</translation>
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
        <translation>Lignes JSON</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sauvegarde</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>Un seul fichier avec vos discussions, vos paramètres et la liste de vos modèles. Restaurez-le ici, ou sur un autre ordinateur. Les fichiers de modèle n’y sont pas&#xa0;: ils peuvent être téléchargés à nouveau.</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Importer des discussions</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>Reprend ce qu’exportent ChatGPT, Open WebUI, LM Studio et NemoDesk&#xa0;: un fichier, une archive telle que vous l’avez téléchargée, ou un dossier. Les discussions déjà présentes ne sont pas reprises une seconde fois.</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>Exporter des discussions</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>Toutes les discussions dans un seul fichier&#xa0;: une page web ou du Markdown pour lire, du JSON pour tout conserver, des lignes JSON pour les programmes qui entraînent des modèles. Une discussion seule s’exporte depuis son menu dans la liste.</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>Vider la corbeille…</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>Modèles retirés</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>La corbeille est vide.</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>Les modèles retirés restent ici %1 jours. Ils prennent de la place jusque-là.</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>Les modèles retirés restent ici un jour. Ils prennent de la place jusque-là.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>Vider la corbeille&#xa0;?</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>%1 sera supprimé définitivement. C’est irréversible.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Supprimer définitivement</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>NemoDesk a commis une erreur</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>Rien de ce qui était enregistré n’est perdu. Copiez le rapport et envoyez-le-nous, si vous le souhaitez.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Copier le rapport</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>Chiffrement de vos discussions en cours</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>La clé est dans le trousseau de cet ordinateur.</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>NemoDesk demande le mot de passe à chaque démarrage.</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>Aucun trousseau ne garde la clé ici&#xa0;: NemoDesk demande la clé de récupération à chaque démarrage.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Vos discussions sont chiffrées</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>Vos discussions sont en train d’être rendues lisibles</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>Vos discussions ne sont plus chiffrées</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>La clé de récupération et le mot de passe ne sont plus nécessaires.</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>Tout est lu et comparé avant d’être validé.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>Où conserver la clé de récupération</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>Clé de récupération NemoDesk.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>La clé de récupération de vos discussions dans NemoDesk. Quiconque l’a peut les lire.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>Vos discussions ne sont pas chiffrées</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>Quiconque peut lire les fichiers de cet ordinateur peut lire vos discussions. Chiffrées, elles ne s’ouvrent qu’avec une clé que vous avez.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>Les discussions, les pièces jointes et les brouillons forment un seul fichier chiffré. Sa clé est dans le trousseau de cet ordinateur, qui s’ouvre avec votre session.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>Les discussions, les pièces jointes et les brouillons forment un seul fichier chiffré, que votre mot de passe ouvre. Pendant que NemoDesk fonctionne, la clé est dans la mémoire de l’ordinateur.</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>Un mot de passe ouvre vos discussions</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>Sans lui, ou sans la clé de récupération, personne ne peut les lire.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>NemoDesk demande un mot de passe</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>Ce n’est qu’une porte&#xa0;: vos discussions ne sont pas chiffrées, et quiconque peut lire les fichiers de cet ordinateur peut les lire.</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>NemoDesk s’ouvre sans rien demander.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>Cet ordinateur n’a pas de trousseau qui puisse garder de quoi vérifier un mot de passe. Chiffrez vos discussions pour avoir un mot de passe.</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>Il n’y a pas de mot de passe</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>%1 est définie dans l’environnement et en décide.</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>Vos discussions avec les brouillons et les pièces jointes, chiffrées</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>Vos discussions avec les brouillons et les pièces jointes</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>Des copies des discussions d’avant un changement, et des fichiers endommagés</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>Ce qui peut être refait&#xa0;: les vitesses, et ce qu’a dit le hub</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>Les journaux&#xa0;: ce qui s’est passé, jamais ce qui a été dit</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>Paramètres, clés et mots de passe</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>Le trousseau de cet ordinateur</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>Paramètres&#xa0;; les clés sont oubliées quand NemoDesk se ferme</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>Retour aux discussions</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archives</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>Des discussions que vous voulez garder, mais pas voir tous les jours.</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Corbeille</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>Les discussions supprimées peuvent être restaurées. Elles sont effacées après %1 jours.</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>Les discussions supprimées peuvent être restaurées jusqu’à ce que la corbeille soit vidée.</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>Qu’avez-vous en tête&#xa0;?</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>Tout reste sur cet ordinateur, et fonctionne sans Internet.</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>Expliquer quelque chose avec des mots simples</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>Explique avec des mots simples pourquoi le ciel est bleu.</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>Écrire un message amical</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>Écris un court message amical pour remercier un voisin de son aide.</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>Faire un plan</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>Fais un plan simple pour un week-end tranquille à la maison.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>Bienvenue</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>Un assistant privé qui fonctionne sur cet ordinateur. Après le téléchargement, il fonctionne sans Internet.</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>Télécharger et commencer</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>Choisir un autre modèle</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>Utiliser le modèle de départ</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>Examen de votre ordinateur…</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>Le meilleur pour lui</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>Examen de votre ordinateur</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>Fonctionne très bien</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>Fonctionne, mais lentement</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>Trop grand pour cet ordinateur</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>moins de 1 mot par seconde</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>environ 1 mot par seconde</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>encore quelques secondes</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>encore moins d’une minute</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>encore environ 1 heure</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>encore environ %1 heures</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>environ %1 mots par seconde</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>encore 1 minute</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>encore %1 minutes</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 par seconde</translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation>Enregistrer ou modifier des préréglages</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>Limite de vitesse</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>Ce qui est conservé, et où</translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation>Restaurer</translation>
    </message>
</context>
</TS>
